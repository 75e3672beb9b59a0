import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePytestOutput } from '../../src/artifacts/pytest-log.ts'

const LONG = `============================= test session starts ==============================
collected 7 items

tests/test_gateways.py F

=================================== FAILURES ===================================
______________________________ test_gateway_runs _______________________________

client = <relay.client.RelayClient object at 0x7f96031728d0>

    def test_gateway_runs(client):
>       assert phase_of(client)["phase"] == "Running"

tests/test_gateways.py:7:
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

>   return found["phase"]
E   KeyError: 'phase'

tests/helpers.py:15: KeyError
----------------------------- Captured stdout call -----------------------------
asked for edge
----------------------------- Captured stderr call -----------------------------
careful
=========================== short test summary info ============================
FAILED tests/test_gateways.py::test_gateway_runs - KeyError: 'phase'
!!!!!!!!!!!!!!!!!!!!!!!!!! stopping after 1 failures !!!!!!!!!!!!!!!!!!!!!!!!!!!
============================== 1 failed in 0.52s ===============================
`

const SHORT_UNDER_XDIST = `\u001b[1m============================= test session starts ==============================\u001b[0m
[gw0] [ 25%] PASSED tests/test_a.py::test_ok[x-1]
[gw1] [ 50%] FAILED tests/test_b.py::TestB::test_c[a.b]
tests/test_a.py::test_two PASSED [ 75%]

=================================== FAILURES ===================================
\u001b[31m____________________________ TestB.test_c[a.b] ____________________________\u001b[0m
[gw1] linux -- Python 3.11.7 /usr/bin/python3
tests/test_b.py:9: in test_c
    assert value == 2
E   assert 3 == 2
=========================== short test summary info ============================
FAILED tests/test_b.py::TestB::test_c[a.b] - assert 3 == 2
==================== 1 failed, 2 passed, 1 error in 0.62s ======================
`

describe('output of pytest', () => {
  it('gives type, message, frames from the innermost outwards, and what was captured', () => {
    const { failed, isComplete } = parsePytestOutput(LONG)
    expect(isComplete).toBe(true)
    expect(failed).toHaveLength(1)
    expect(failed[0]).toMatchObject({
      id: 'tests/test_gateways.py::test_gateway_runs',
      stdout: 'asked for edge',
      stderr: 'careful',
      error: { type: 'KeyError', location: { file: 'tests/helpers.py', line: 15 } },
    })
    expect(failed[0]?.error.message).toMatch(/^KeyError: 'phase'\n/)
  })

  it('reads short tracebacks of xdist workers in colour, with parameters that hold dots', () => {
    const { failed, passed } = parsePytestOutput(SHORT_UNDER_XDIST)
    expect(failed).toHaveLength(1)
    expect(failed[0]).toMatchObject({
      id: 'tests/test_b.py::TestB::test_c[a.b]',
      error: { type: 'AssertionError', stack: [{ file: 'tests/test_b.py', line: 9 }] },
    })
    expect(passed).toEqual(['tests/test_a.py::test_ok[x-1]', 'tests/test_a.py::test_two'])
  })

  it('names a test by its outermost frame where the log breaks off before the summary', () => {
    const { failed, isComplete } = parsePytestOutput(LONG.slice(0, LONG.indexOf('=========================== short')))
    expect(isComplete).toBe(false)
    expect(failed.map(({ id }) => id)).toEqual(['tests/test_gateways.py::test_gateway_runs'])
  })

  it('takes what the summary says where no traceback was printed', () => {
    const text = `=== short test summary info ===\nERROR tests/test_dump.py\nFAILED tests/test_a.py::test_b - ValueError: bad\n=== 1 failed in 1s ===`
    const { failed } = parsePytestOutput(text)
    expect(failed.map(({ id, error }) => [id, error.message])).toEqual([
      ['tests/test_dump.py', ''],
      ['tests/test_a.py::test_b', 'ValueError: bad'],
    ])
  })

  it('reads a file that could not be loaded, out of a CI log with time stamps', () => {
    const text = `=== ERRORS ===\n___ ERROR collecting tests/test_dump.py ___\ntests/test_dump.py:1: in <module>\n    from relay.debug import dump\nE   ModuleNotFoundError: No module named 'relay.debug'\n=== short test summary info ===\nERROR tests/test_dump.py\n=== 1 error in 0.5s ===`
    const stamped = text.replace(/^/gm, '2026-11-22T06:00:00.1234567Z ')
    const { failed } = parsePytestOutput(stamped)
    expect(failed[0]).toMatchObject({
      id: 'tests/test_dump.py',
      error: { type: 'ModuleNotFoundError', location: { file: 'tests/test_dump.py', line: 1 } },
    })
  })

  it('never throws, wherever the log is cut', () => {
    fc.assert(
      fc.property(fc.nat(LONG.length), fc.nat(SHORT_UNDER_XDIST.length), fc.string(), (a, b, noise) => {
        parsePytestOutput(LONG.slice(a) + noise + SHORT_UNDER_XDIST.slice(b))
      }),
      { numRuns: 200 },
    )
  })
})
