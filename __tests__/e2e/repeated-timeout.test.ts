import { afterEach, describe, expect, it } from 'vitest'
import type { Result } from '../../src/model.ts'
import { makePythonProject, type PythonProject } from '../support/python-project.ts'

const valve = (seconds: number): string => `import time

VALVE_SECONDS = ${seconds}


def wait_for_valve(timeout):
    begun = time.monotonic()
    while time.monotonic() - begun < VALVE_SECONDS:
        if time.monotonic() - begun > timeout:
            raise TimeoutError("timed out after %s s" % timeout)
        time.sleep(0.02)
`
const FILES = {
  'pump/status.py': 'def status():\n    return {}\n',
  'pump/valve.py': valve(0.1),
  'tests/test_status.py': `from pump.valve import wait_for_valve


def test_valve_opens():
    wait_for_valve(timeout=1)
`,
}

describe('a limit that was lengthened before', () => {
  let project: PythonProject
  afterEach(() => project.dispose())

  const heal = async (): Promise<Result | undefined> => {
    await project.test()
    const { outcome } = await project.selfHeal('heal', '--artifacts', 'junit.xml', '--verify-runs', '1')
    return outcome?.report.results[0]
  }

  it('is known again by its signature, and gets the wider margin when it is too short a second time', async () => {
    project = await makePythonProject(FILES, { 'pump/valve.py': valve(1.6) })
    const first = await heal()
    expect([first?.status, first?.proposal?.new]).toEqual(['healed', 'timeout=3'])

    // 1.6 s × 1.5 was written, reviewed and merged; then the valve became slower still.
    project.write('tests/test_status.py', FILES['tests/test_status.py'].replace('timeout=1', 'timeout=3'))
    project.git('commit', '-qam', 'Wait longer for the valve')
    project.write('pump/valve.py', valve(3.6))
    project.git('commit', '-qam', 'Open the valve gently')
    const second = await heal()
    expect(second?.diagnosis.signature).toBe(first?.diagnosis.signature)
    expect(second?.proposal?.evidence.map(({ text }) => text).join('\n')).toMatch(
      /timeout=1 was too short before and became timeout=3 \(\d{4}-\d\d-\d\d\); it is too short again/,
    )
    // 3.6 s × 2, in whole seconds.
    expect([second?.status, second?.proposal?.new]).toEqual(['healed', 'timeout=8'])
  })
})
