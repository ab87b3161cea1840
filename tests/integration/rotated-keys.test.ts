/** The key of the tokens is replaced under a device that is signed in: it does not notice. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readConfig } from '../../sync-server/config.ts'
import { rotateTokens } from '../../sync-server/rotate-tokens.ts'
import { startPortal } from '../harness/server.ts'
import { ask, cookieOf, refresh, signIn } from '../harness/sign-in.ts'
import { connectDevice, helloOf } from '../harness/socket-device.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'portal-rotate-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const rotate = () => rotateTokens(readConfig({ PORTAL_DATA_DIR: dataDir }))
const kids = async (url: string) => {
  const { body, headers } = await ask(`${url}/.well-known/jwks.json`)
  expect(headers.get('content-type')).toMatch(/^application\/(jwk-set\+)?json/)
  return (body.keys as { kid: string; d?: string }[]).map(({ kid, d }) => (d === undefined ? kid : 'private'))
}

it('[S8] signs nobody out: tokens, tickets and refresh tokens of before are good after it', async () => {
  const first = await startPortal({ dataDir })
  const { port } = first
  const device = await signIn(first.url, 'client@demo.test')
  const [before] = await kids(first.url)
  await first.close()
  expect(rotate()).toContain('from the next start on')
  expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600)

  await using second = await startPortal({ dataDir, port })
  const after = await kids(second.url)
  expect(after).toEqual([expect.any(String), before])
  expect((await device.fetch('/api/v1/portal/auth/devices')).status).toBe(200)
  using socket = await connectDevice(device)
  expect((await socket.ask('hello', helloOf(device))).ok).toBeDefined()
  const answer = await refresh(second.url, device.cookie, device.key)
  expect([answer.status, cookieOf(answer).length > 0]).toEqual([200, true])
  const [header = ''] = String(answer.body.accessToken).split('.')
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({
    kid: after[0],
    alg: 'ES256',
  })
})

it('[S8] keeps two older keys, and prints the value where the environment holds it', () => {
  for (let times = 0; times < 4; times++) rotate()
  const { signingKey } = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8'))
  expect(signingKey.split(',')).toHaveLength(3)
  const config = readConfig({ PORTAL_DATA_DIR: dataDir, PORTAL_SIGNING_KEY: signingKey.split(',')[0] })
  const [, value = ''] = rotateTokens(config).split('PORTAL_SIGNING_KEY=')
  const next = readConfig({ PORTAL_DATA_DIR: dataDir, PORTAL_SIGNING_KEY: value })
  expect(next.secrets.signingKeys).toHaveLength(2)
  expect(next.secrets.signingKeys[1]?.equals(config.secrets.signingKeys[0])).toBe(true)
})
