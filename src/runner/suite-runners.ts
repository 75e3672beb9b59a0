import type { Framework } from '../model.ts'
import { rerunJest } from './jest.ts'
import { rerunNodeTest } from './node-test.ts'
import { rerunPytest } from './pytest.ts'
import type { RunSuite } from './suite.ts'
import { rerunVitest } from './vitest.ts'

/** The frameworks whose suites are run again without a browser. A new one is a file beside these and a line here. */
export const SUITE_RUNNERS: ReadonlyMap<Framework, RunSuite> = new Map<Framework, RunSuite>([
  ['pytest', rerunPytest],
  ['vitest', rerunVitest],
  ['node-test', rerunNodeTest],
  ['jest', rerunJest],
])
