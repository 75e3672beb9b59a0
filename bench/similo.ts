import { existsSync, readFileSync } from 'node:fs'
import { ABSENT_RATE, COEFFICIENTS, type Coefficients } from '../src/dom/identity/model.ts'
import { rankCandidates } from '../src/dom/identity/rank.ts'
import {
  type Answer,
  binsOf,
  brierScore,
  calibrationError,
  calibrationInterval,
  scoreAnswers,
  withAbsentShare,
} from './metrics.ts'
import { healenium } from './peers/healenium.ts'
import { askPeer, type Peer } from './peers/peer.ts'
import { similo } from './peers/similo.ts'
import { vonSimilo } from './peers/von-similo.ts'
import { readSimilo } from './similo-data.ts'
import { type Try, triesOf } from './similo-tries.ts'
import { formatTable, type Suite } from './suite.ts'

const PEERS: readonly Peer[] = [similo, vonSimilo, healenium]
const FOLDS = new URL('./folds.json', import.meta.url)

/** Real element pairs of well-known sites, years apart: ours as shipped, cross-validated by site, and the peers. */
const run: Suite = async ({ data = '../shared/bench/similo', json, onAnswers }, print) => {
  const tries = readSimilo(data).flatMap((site) => [...triesOf(site)])
  const ours = tries.map((each) => answer(each, COEFFICIENTS))
  const scores = scoreAnswers(ours)
  if (!json) {
    const folds = readFolds()
    const unseen = tries.map((each) => answer(each, folds[each.site.toLowerCase()] ?? COEFFICIENTS))
    onAnswers?.(data.includes('rich') ? 'similo-rich' : 'similo', unseen)
    const known = tries.filter(({ site }) => folds[site.toLowerCase()] !== undefined).length
    print(`${scores.pairs} pairs, each tried with the true element present and removed; data: ${data}`)
    print(
      `${known} of ${tries.length} tries are of sites in the fit: the cross-validated row answers those without their site\n`,
    )
    const rows = [
      rowOf(
        'ours, cross-validated',
        unseen,
        tries.map((each) => answer(each, folds[each.site.toLowerCase()] ?? COEFFICIENTS, FEW)),
      ),
      rowOf(
        'ours, shipped',
        ours,
        tries.map((each) => answer(each, COEFFICIENTS, FEW)),
      ),
      ...PEERS.map((peer) =>
        rowOf(
          `${peer.name} (≥ ${peer.accept}, lead ${peer.lead})`,
          tries.map((each) => ask(peer, each)),
        ),
      ),
    ]
    print(
      formatTable(
        ['', 'top-1', 'right', 'wrong', 'abstained', 'refused', 'ECE', '95 %', 'Brier', 'ECE 10 %', 'Brier 10 %', 'ms'],
        rows,
      ),
    )
    print(
      '\nECE 10 %, Brier 10 %: tries weighted so that one in ten is of a removed element, and ours told so (the base rate).\n',
    )
    print(reliability(unseen))
    print(`\nmissed, cross-validated:\n${misses(tries, unseen).join('\n')}\n`)
  }
  return { suite: 'similo', ...scores }
}

export default run

/** Share of tries that the weighted columns suppose to be of removed elements. */
const FEW = 0.1

function answer(each: Try, coefficients: Coefficients, absentRate: number = ABSENT_RATE.fitted): Answer {
  const started = performance.now()
  const { candidates, decision } = rankCandidates(each.target, each.page, each.others, {
    coefficients,
    absentRate,
  })
  const ms = performance.now() - started
  const best = candidates[0]
  return {
    site: each.site,
    confidence: best?.probability ?? 0,
    right: best !== undefined && each.isRight(best.element),
    accepted: decision === 'accept',
    removed: each.removed,
    ms,
  }
}

function ask(peer: Peer, each: Try): Answer {
  const started = performance.now()
  const found = askPeer(peer, each.target.fingerprint, each.page)
  const ms = performance.now() - started
  return {
    site: each.site,
    confidence: Math.min(1, found?.score ?? 0),
    right: found !== null && each.isRight(found.element),
    accepted: found?.accepted === true,
    removed: each.removed,
    ms,
  }
}

/** Coefficients by site, each fitted without that site; written by `bench/fit.ts`. */
function readFolds(): Readonly<Record<string, Coefficients>> {
  return existsSync(FOLDS) ? (JSON.parse(readFileSync(FOLDS, 'utf8')) as Record<string, Coefficients>) : {}
}

function rowOf(name: string, answers: readonly Answer[], fewGone = answers): (string | number)[] {
  const { top1, correct, wrong, abstained, refused, ece, brier, p50Ms } = scoreAnswers(answers)
  const [low, high] = calibrationInterval(answers)
  const tenth = withAbsentShare(fewGone, FEW)
  return [
    name,
    top1,
    correct,
    wrong,
    abstained,
    refused,
    ece.toFixed(3),
    `${low.toFixed(3)}–${high.toFixed(3)}`,
    brier.toFixed(3),
    calibrationError(fewGone, tenth).toFixed(3),
    brierScore(fewGone, tenth).toFixed(3),
    p50Ms.toFixed(1),
  ]
}

function reliability(answers: readonly Answer[]): string {
  const rows = binsOf(answers).map(({ weight, confidence, right }, k) => [
    `${(k / 10).toFixed(1)}–${((k + 1) / 10).toFixed(1)}`,
    weight,
    weight === 0 ? '' : (confidence / weight).toFixed(2),
    weight === 0 ? '' : (right / weight).toFixed(2),
  ])
  return formatTable(['confidence', 'tries', 'mean', 'right'], rows)
}

/** What went wrong, so that a reader can judge it: wrong answers that were taken, and removed elements that were "healed". */
function misses(tries: readonly Try[], answers: readonly Answer[]): string[] {
  return tries.flatMap(({ target, site, removed }, i) => {
    const { accepted, right, confidence } = answers[i] as Answer
    if (!accepted || right) return []
    const { tag, text } = target.fingerprint
    return [
      `  ${site}: ${removed ? 'healed though removed' : 'wrong'} at ${confidence.toFixed(2)}: <${tag}> ${(text ?? '').slice(0, 60)}`,
    ]
  })
}
