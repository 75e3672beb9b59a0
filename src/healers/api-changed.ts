import { healImport } from './api-imports.ts'
import { healKeyword, healName, healOption } from './api-names.ts'
import { healPackaged } from './api-packages.ts'
import { ownPlacesOf, type Place, placesOf, refuse } from './code-places.ts'
import type { CodeView, HealContext, Healer, Verdict } from './contract.ts'

/**
 * Heals calls of an API that was renamed: functions and methods, keyword arguments and options, moved imports. What takes
 * their place must be defined in the repository, and a commit must have put it there; or in an installed package, which
 * must say so itself.
 */
export const apiChanged: Healer = {
  failureType: 'api_changed',
  // biome-ignore lint/correctness/useYield: it asks for no probe.
  *heal(diagnosis, context) {
    const { code } = context
    const message = (context.failures?.[0]?.errors[0]?.message ?? diagnosis.message).slice(0, 20_000)
    if (!code) return refuse('needs_human', diagnosis.rootCause)
    const places = ownPlacesOf(context)
    const packaged = healPackaged(message, places, code, context)
    if (packaged?.isCertain) return packaged.verdict
    const own = healOwn(message, places, code, context) ?? refuse('needs_human', diagnosis.rootCause)
    return own.status !== 'proposed' && packaged?.verdict.status === 'proposed' ? packaged.verdict : own
  },
}

/** What the repository itself renamed. */
const healOwn = (message: string, places: readonly Place[], code: CodeView, context: HealContext): Verdict | null => {
  const keyword = /([\w.]+)\(\) got an unexpected keyword argument '(\w+)'/.exec(message)
  if (keyword?.[1] && keyword[2]) return healKeyword(keyword[1], keyword[2], places, code, context)
  const option = OPTION.exec(message)
  // It is the product's own code that refuses it: what the tests call stands further out.
  if (option?.[1]) return healOption(option[1], placesOf(context), code, context)
  const attribute = /(?:'([\w.]+)' object|module '([\w.]+)'|type object '([\w.]+)') has no attribute '(\w+)'/.exec(
    message,
  )
  if (attribute?.[4]) return healName(attribute[4], places, code, context)
  const moved = /cannot import name '(\w+)' from (?:partially initialized module )?'([\w.]+)'/.exec(message)
  const module = moved?.[2] ?? /No module named '([\w.]+)'/.exec(message)?.[1]
  if (module) return healImport(module, moved?.[1] ?? null, places, code, context)
  const lost = /does not provide an export named '([\w$]+)'/.exec(message)?.[1]
  const specifier = MODULE.exec(message)
    ?.slice(1)
    .find((each) => each !== undefined)
  if (lost) return healImport(specifier ?? '', lost, places, code, context)
  if (specifier) return healImport(specifier, null, places, code, context)
  const called = /(?<![\w$])([\w$]{1,200}) is not a (?:function|constructor)/.exec(message)?.[1]
  return called ? healName(called, places, code, context) : null
}

/** How functions that look at their options themselves refuse one. */
const OPTION =
  /(?:unknown|unexpected|unrecogni[sz]ed|unsupported|invalid) (?:option|argument|parameter|property|key):? ["'`]?([A-Za-z_$][\w$]{0,100})/i
const MODULE =
  /requested module '([^']{1,500})'|Cannot find (?:module|package) '([^']{1,500})'|Failed to (?:resolve import|load url) "?([^"\s]{1,500})"?|Could not resolve "([^"]{1,500})"/
