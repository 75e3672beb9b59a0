import type { TraceAction } from '../dom/trace-types.ts'
import type { SourceLocation } from '../model.ts'
import { type Frame, frameAt } from '../source/callers.ts'
import type { ReadFile } from '../source/modules.ts'
import { locate } from '../source/stack-file.ts'
import { placeAt, syntaxParser } from '../source/syntax.ts'
import type { Module } from '../source/values.ts'
import { findConfigFile, knownSettings, usesOf } from './config.ts'
import { type FixtureOptions, runTest } from './fixtures.ts'
import { createFollower } from './follow.ts'
import { createLibrary, type TestLibrary } from './library.ts'
import { type Site, Thrown, Untold } from './machine.ts'
import { createRecorder, type IsFailing, Reached, type Recorder } from './recorder.ts'
import { groupsOf, type Suite, type Test, titlePath } from './suite.ts'
import { type Table, unknown, type Value } from './values.ts'

export interface ReadStepsInput {
  /** Path of the test file from the root. */
  readonly file: string
  /** Titles from the outermost group inwards, joined by ` › `. */
  readonly title: string
  /** Line the test is declared on, from 1, for where no title is the same. */
  readonly line?: number
  /** Name of its Playwright project, where there are several. */
  readonly project?: string
  /** Where it failed, the innermost frame first; null reads the test to its end. */
  readonly failedAt: readonly SourceLocation[] | null
  /** Whether a selector is the one that the report names; a call with another one is not where the test failed. */
  readonly isReported?: (selector: string) => boolean
  /** Absolute path of the repository. */
  readonly root: string
  readonly readFile: ReadFile
  /** Playwright's `devices`, as data, for configurations that name one. */
  readonly devices?: Readonly<Record<string, unknown>>
  /** Parsed files, kept from one reading to the next. */
  readonly cache?: Map<string, Module>
}

/** What the sources say that a test does, as the steps a trace of it would have. */
export interface SourceSteps {
  /** In order, without the call it failed at. */
  readonly actions: readonly TraceAction[]
  /** The call it failed at; null where it was not come to. */
  readonly failed: TraceAction | null
  /** Why the steps are not all known; null where they are. */
  readonly gap: Gap | null
  /** What is known of the settings under `use`, of the configuration and of the test. */
  readonly use: Readonly<Record<string, unknown>>
}

/** Where the sources stop telling. */
export interface Gap {
  /** One sentence. */
  readonly reason: string
  /** Path from the root; null where it is no one place. */
  readonly file: string | null
  /** From 1. */
  readonly line: number | null
}

const LANGUAGES = ['typescript', 'tsx', 'javascript'] as const
const MAX_FRAMES = 16

/**
 * Reads what a Playwright test does before it fails from its source and all that this imports, without running any of
 * it: through page objects, helpers, hooks, fixtures and constants. What the sources do not tell is not guessed: there
 * the reading ends, and `gap` says why. Never rejects for what a source holds.
 */
export const readSteps = async (input: ReadStepsInput): Promise<SourceSteps> => {
  const parse = await syntaxParser(LANGUAGES)
  const config = findConfigFile(input.file, input.readFile)
  const cwd = config === null ? '' : config.slice(0, config.lastIndexOf('/') + 1)
  let library: TestLibrary | null = null
  let recorder: Recorder | null = null
  const { machine, run, load } = createFollower(
    { ...input, parse, cache: input.cache ?? new Map() },
    (made) => {
      recorder = createRecorder(made, (sites, selector) => isFailing(sites, selector))
      library = createLibrary(made, {
        recorder: () => recorder as Recorder,
        cwd: `${input.root}/${cwd}`,
        ...(input.devices ? { devices: input.devices } : {}),
      })
      return library.packages
    },
    () => ({ locator: (of, name) => (library as TestLibrary).locatorMember(of, name) }),
  )
  const isFailing = failingCall(input, load)
  let use: SourceSteps['use'] = {}
  const ended = (gap: Gap | null, failed: TraceAction | null = null): SourceSteps => ({
    actions: recorder?.actions ?? [],
    failed,
    gap,
    use,
  })
  try {
    const { suite, open, setTestIdAttribute } = library as unknown as TestLibrary
    const configured = config === null ? [] : usesOf(run(config)?.exported('default'), input.project)
    const declared = suite.begin()
    const file = run(input.file)
    if (!file) return ended(gapOf(`${input.file} cannot be read.`))
    const test = findTest(declared, input)
    if (!test) {
      const why = file.fault instanceof Untold ? ` ${file.fault.message}` : ''
      return ended(gapOf(`The test “${input.title}” is not declared in a way that can be followed.${why}`, file.fault))
    }
    const uses = [...groupsOf(test.group).flatMap(({ uses: own }) => own)].reverse()
    use = knownSettings([...uses, ...configured])
    if (typeof use.testIdAttribute === 'string') setTestIdAttribute(use.testIdAttribute)
    machine.state.isLoading = false
    runTest(machine, test, fixturesOf(open(), [...uses, ...configured]))
    return ended(
      input.failedAt === null ? null : gapOf('The call that failed is not among those that the source tells of.'),
    )
  } catch (error) {
    if (error instanceof Reached) return ended(null, error.action)
    return ended(gapOf(messageOf(error), error))
  }
}

const gapOf = (reason: string, error: unknown = null): Gap => ({
  reason,
  file: error instanceof Untold ? error.file : null,
  line: error instanceof Untold ? error.line : null,
})

const messageOf = (error: unknown): string => {
  if (error instanceof Untold) return error.message
  if (error instanceof Thrown) return 'The source throws an exception before the call that failed.'
  if (error instanceof RangeError) return 'The source is nested too deeply to be followed.'
  return `The source cannot be followed: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`
}

const plainTitle = (title: string): string => title.replace(/\s+/g, ' ').trim()

const findTest = ({ tests }: Suite, { title, line }: ReadStepsInput): Test | undefined => {
  const named = tests.filter((test) => plainTitle(titlePath(test)) === plainTitle(title))
  if (named.length === 1) return named[0]
  const declared = (named.length > 0 ? named : tests).filter((test) => test.line === line)
  return declared.length === 1 ? declared[0] : undefined
}

const fixturesOf = (hosts: ReturnType<TestLibrary['open']>, configured: readonly Table[]): FixtureOptions => {
  const settings = knownSettings(configured)
  const builtIn = (name: string): Value => {
    if (name === 'page' || name === 'context' || name === 'request') return hosts[name]
    const value = settings[name]
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
    return unknown(`the fixture ${name}`, !OPTIONS.has(name))
  }
  return { configured, builtIn, info: unknown('testInfo') }
}

/** Fixtures of Playwright's own that are plain values. */
const OPTIONS = new Set(
  'baseURL browserName isMobile hasTouch viewport locale timezoneId colorScheme userAgent headless channel'.split(' '),
)

/**
 * Tells the call that a test failed at, by the frames of its stack: the innermost call stands at the place of the first
 * one, and the others are among those around it, in order. Engines leave out callers that do not wait.
 */
const failingCall = (input: ReadStepsInput, load: (file: string) => Module | null): IsFailing => {
  const frames = (input.failedAt ?? []).slice(0, MAX_FRAMES).flatMap((place): (Frame & { line: number })[] => {
    const file = locate(input.root, place.file, input.readFile)
    const module = file === null ? null : load(file)
    return module ? [{ ...frameAt(module, place), line: place.line }] : []
  })
  const [innermost, ...outer] = frames
  if (!innermost) return () => false
  return (sites, selector) => {
    const inside = sites.at(-1)
    if (!inside || !stands(inside, innermost)) return false
    if (selector !== undefined && input.isReported && !input.isReported(selector)) return false
    let at = sites.length - 2
    for (const frame of outer) {
      while (at >= 0 && !stands(sites[at] as Site, frame)) at--
      if (at < 0) return false
      at--
    }
    return true
  }
}

/** Whether a call stands where a frame says: at its very place, or where no call does, on its line. */
const stands = ({ module, node }: Site, frame: Frame & { readonly line: number }): boolean => {
  if (module.file !== frame.module.file) return false
  if (frame.exact > 0) return frame.calls.slice(0, frame.exact).includes(node)
  return frame.calls.includes(node) || placeAt(module.tree.text, node.start).line === frame.line
}
