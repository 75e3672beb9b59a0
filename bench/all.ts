import { existsSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import type { Answer } from './metrics.ts'
import mutations from './mutations.ts'
import { reliabilityDiagram, type Series } from './reliability.ts'
import { type Report, resultsPage } from './results.ts'
import similo from './similo.ts'
import speed from './speed.ts'
import type { Suite, SuiteResult } from './suite.ts'

const DATA = '../shared/bench'

/** All benchmarks, one after the other; with `write` the page of results and its diagram are written. */
const run: Suite = async ({ data = DATA, write = false }, print) => {
  const series: Series[] = []
  const take = async (suite: Suite, title: string, options: string, folder?: string): Promise<Report> => {
    const lines: string[] = []
    let answers: readonly Answer[] = []
    const onAnswers = (name: string, given: readonly Answer[]): void => {
      answers = given
      series.push({ name, answers })
    }
    const result: SuiteResult = await suite(
      { json: false, onAnswers, ...(folder === undefined ? {} : { data: folder }) },
      (line) => {
        lines.push(line)
        print(line)
      },
    )
    return { title, command: `npm run bench -- --suite ${options}`, printed: lines.join('\n'), result, answers }
  }
  if (!existsSync(`${data}/similo`))
    throw new Error(`There is no data at ${data}: give the folder that holds similo/ with --data`)
  const results = {
    similo: await take(similo, 'similo', 'similo', `${data}/similo`),
    similoRich: await take(similo, 'similo-rich', `similo --data ${DATA}/similo-rich`, `${data}/similo-rich`),
    mutations: await take(mutations, 'mutations', 'mutations'),
    speed: await take(speed, 'speed', 'speed'),
    machine: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
  }
  if (write) {
    writeFileSync(new URL('RESULTS.md', import.meta.url), resultsPage(results))
    writeFileSync(new URL('reliability.svg', import.meta.url), reliabilityDiagram(series))
  }
  const { similo: plain, similoRich, mutations: mutated, speed: timed } = results
  return {
    suite: 'all',
    similo: plain.result,
    similoRich: similoRich.result,
    mutations: mutated.result,
    speed: timed.result,
  }
}

export default run
