import { describe, expect, it } from 'vitest'
import { maskReport, maskText, secretValues } from '../../src/report/mask.ts'
import { sampleReport, sampleResult } from '../support/reports.ts'

describe('masking', () => {
  it.each([
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer ***'],
    ['{"authorization":"Basic dXNlcjpwYXNz","x":1}', '{"authorization":"Basic ***","x":1}'],
    ['set-cookie: sid=1; Path=/', 'set-cookie: ***'],
    ['GET https://shop.example/cb?code=xyz&page=2', 'GET https://shop.example/cb?code=***&page=2'],
    ['https://shop.example/#access_token=xyz', 'https://shop.example/#access_token=***'],
    ['git clone https://me:hunter2@example.com/r.git', 'git clone https://***@example.com/r.git'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123456789 pushed', '*** pushed'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'jwt ***'],
    ['the registered s3cr3t-value here', 'the registered *** here'],
  ])('hides the secret of %j and nothing else', (text, expected) => {
    expect(maskText(text, ['s3cr3t-value', 'abc'])).toBe(expected)
  })

  it.each([
    "getByLabel('Voucher code')",
    "getByTestId('token-field')",
    'https://shop.example/products?page=2&sort=price',
    'Expected: "Password", actual: "Pass phrase"',
    'tests/pages/product-page.ts:15:29',
  ])('leaves %j as it is', (text) => {
    expect(maskText(text, [])).toBe(text)
  })

  it('reaches every text of a report but the patches', () => {
    const secret = 'correct-horse-battery'
    const base = sampleResult()
    const result = sampleResult({
      reason: secret,
      tests: [{ ...(base.tests[0] ?? { id: '', file: '', framework: 'unknown' }), title: secret }],
      diagnosis: { ...base.diagnosis, message: secret, actual: secret },
      proposal: base.proposal && {
        ...base.proposal,
        evidence: [{ kind: 'live', for: true, weight: 1, text: secret }],
        diff: `+${secret}\n`,
      },
    })
    const problems = [{ message: secret, remedy: secret, subject: secret }]
    const text = JSON.stringify(maskReport(sampleReport([result], { problems }), [secret]))
    expect(text.split(secret)).toHaveLength(2)
    expect(text).toContain(`+${secret}\\n`)
  })

  it('changes nothing in a report without secrets', () => {
    expect(maskReport(sampleReport(), [])).toEqual(sampleReport())
  })

  it('knows secrets of the environment by the names of their variables', () => {
    const env = {
      GITHUB_TOKEN: 'aaaaaaaa',
      DB_PASSWORD: 'bbbbbbbb',
      MY_API_KEY: 'cccccccc',
      AUTHOR: 'dddddddd',
      PWD: '/work/x',
      SSH_AUTH_SOCK: '/tmp/agent',
      X_TOKEN: '1',
    }
    expect(secretValues(env)).toEqual(['aaaaaaaa', 'bbbbbbbb', 'cccccccc'])
  })
})
