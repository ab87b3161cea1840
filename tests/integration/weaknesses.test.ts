/** `npm run weaknesses` against a registry of the test's own, which knows of a weakness. */
import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeWeaknesses, readAudit, readWrittenDown } from '../tools/weaknesses.ts'

const root = join(import.meta.dirname, '../..')
const ID = 'GHSA-aaaa-bbbb-cccc'
const advisory = {
  id: 1,
  url: `https://github.com/advisories/${ID}`,
  title: 'A made-up weakness',
  severity: 'high',
  vulnerable_versions: '<99.0.0',
  cwe: [],
  cvss: { score: 0, vectorString: null },
}

let registry: Server
let answers: 'a weakness' | 'nothing' | 'not at all' = 'nothing'
beforeAll(async () => {
  registry = createServer((request, response) => {
    request.resume()
    response.setHeader('content-type', 'application/json')
    if (request.url === '/-/npm/v1/security/advisories/bulk' && answers !== 'not at all')
      response.end(JSON.stringify(answers === 'a weakness' ? { zod: [advisory] } : {}))
    else if (request.url === '/zod') response.end(JSON.stringify({ name: 'zod', versions: {} }))
    else {
      response.statusCode = 405
      response.end('{}')
    }
  })
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve))
})
afterAll(() => registry.close())

/** Not synchronously: the registry answers from this very process. */
const look = () =>
  new Promise<{ code: number | null; said: string }>((resolve) => {
    const { port } = registry.address() as AddressInfo
    const child = spawn('node_modules/.bin/tsx', ['tests/tools/look-for-weaknesses.ts'], {
      cwd: root,
      env: {
        ...process.env,
        npm_config_registry: `http://127.0.0.1:${port}/`,
        npm_config_fetch_retries: '0',
        npm_config_audit: 'true',
      },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
    child.on('close', (code) => resolve({ code, said }))
  })

describe('[V15.2.1] known weaknesses of the libraries', () => {
  it('are asked of the registry; one that is not written down stops a release', async () => {
    answers = 'a weakness'
    const { code, said } = await look()
    expect(said).toContain(`${ID} (zod, high) is not written down`)
    expect(code).toBe(1)
  })

  it('are none where the registry knows of none', async () => {
    answers = 'nothing'
    expect(await look()).toEqual({ code: 0, said: '0 over their time or not written down\n' })
  })

  it('are not taken for none where the registry does not say', async () => {
    answers = 'not at all'
    const { code, said } = await look()
    expect(said).toContain('could not be looked up')
    expect(code).toBe(2)
  })

  it('have to be mended within 3, 14 or 90 days of the day they were seen', () => {
    const seen = '2026-11-01'
    const judged = (severity: 'critical' | 'high' | 'moderate', day: string, unreachable = '') =>
      judgeWeaknesses(
        [{ id: ID, library: 'zod', severity }],
        [{ id: ID, seen, unreachable }],
        Date.parse(day),
      ).breaches.length
    expect(judged('critical', '2026-11-04')).toBe(0)
    expect(judged('critical', '2026-11-06')).toBe(1)
    expect(judged('high', '2026-11-15')).toBe(0)
    expect(judged('high', '2026-11-17')).toBe(1)
    expect(judged('moderate', '2027-01-30')).toBe(0)
    expect(judged('moderate', '2027-02-01')).toBe(1)
    expect(judged('critical', '2027-02-01', 'no address of a person reaches it')).toBe(0)
  })

  it('are read as they are written', () => {
    expect(
      readWrittenDown(`id,seen,unreachable\n${ID},2026-11-01,"never, ""here"""\nCVE-1,2026-11-02,\n`),
    ).toEqual([
      { id: ID, seen: '2026-11-01', unreachable: 'never, "here"' },
      { id: 'CVE-1', seen: '2026-11-02', unreachable: '' },
    ])
    expect(() => readWrittenDown('id,seen,unreachable\nnonsense')).toThrow('nonsense')
    expect(() => readAudit('{"message":"405"}')).toThrow('did not answer')
  })
})
