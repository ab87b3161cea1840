import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { Environment } from './environment.ts'
import { StartError } from './platform/start-error.ts'

const mistakes = (environment: Record<string, string>): string[] => {
  try {
    readConfig({ PORTAL_DATA_DIR: 'memory:', ...environment })
  } catch (error) {
    if (error instanceof StartError) return error.message.split('\n')
    throw error
  }
  return []
}
const folder = () => mkdtempSync(join(tmpdir(), 'portal-config-'))

describe('configuration', () => {
  it('needs nothing in development', () => {
    const config = readConfig({ PORTAL_DATA_DIR: 'memory:', PORT: '', DATABASE_URL: '' })
    expect(config).toMatchObject({ port: 4000, production: false, databaseUrl: undefined, inMemory: true })
  })

  it('names the variable of every mistake, one line each, without its value', () => {
    const lines = mistakes({ PORT: 'http', DATABASE_URL: 'mysql://u:secret@h/d', PORTAL_ORIGIN: 'x/y' })
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^PORT must be a number/)
    expect(lines[1]).toMatch(/^DATABASE_URL must look like postgresql:/)
    expect(lines[2]).toMatch(/^PORTAL_ORIGIN must look like/)
    expect(lines.join()).not.toContain('secret')
  })

  it('takes no other word for production, which would make a practice whose passwords everybody knows', () => {
    for (const word of ['prod', 'Production', 'staging'])
      expect(mistakes({ NODE_ENV: word })).toEqual(['NODE_ENV must be production, development or test.'])
    expect(mistakes({ NODE_ENV: 'test' })).toEqual([])
  })

  it('names a setting whose name is nearly right, and leaves names of others alone', () => {
    expect(mistakes({ PORTAL_ORGIN: 'https://portal.example.org' })).toEqual([
      'PORTAL_ORGIN is no setting of the portal: PORTAL_ORIGIN is.',
    ])
    expect(mistakes({ STRIPE_WEBHOOK_SECRETS: 'whsec_x', PORT: 'http' })).toHaveLength(2)
    const others = { PORTAL_SERVICE_HOST: '10.0.0.1', PORTAL_PORT: 'tcp://10.0.0.1:4000', DATABASE_URI: 'x' }
    expect(mistakes(others)).toEqual([])
  })

  it('wants https in production, but for this machine', () => {
    const named = (origin: string) =>
      mistakes({ NODE_ENV: 'production', PORTAL_ORIGIN: origin }).filter((line) =>
        line.startsWith('PORTAL_ORIGIN'),
      )
    expect(named('http://portal.example.org')).toHaveLength(1)
    expect(named('http://localhost:4000')).toEqual([])
    expect(named('https://portal.example.org')).toEqual([])
  })

  it('tells all that does not go together at once', () => {
    const lines = mistakes({
      NODE_ENV: 'production',
      REDIS_URL: 'redis://127.0.0.1:6379',
      PORTAL_MAIL_FROM: 'portal@example.org',
      PORTAL_METRICS_PORT: '4000',
      PORTAL_PEPPER: 'c2hvcnQ=',
    })
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      ...['PORTAL_ORIGIN', 'REDIS_URL', 'PORTAL_SMTP_URL', 'PORTAL_METRICS_PORT'],
      ...['PORTAL_KEK', 'PORTAL_PEPPER', 'PORTAL_SIGNING_KEY'],
    ])
  })

  it('is explained in .env.example, every variable of it, with values that are taken', () => {
    const lines = readFileSync('.env.example', 'utf8').split('\n')
    const shown = lines.flatMap((line) => /^# ([A-Z][A-Z0-9_]+)=(.*)$/.exec(line)?.slice(1, 3) ?? [])
    const pairs = shown.flatMap((name, index) => (index % 2 === 0 ? [[name, shown[index + 1] ?? '']] : []))
    expect(pairs.map(([name]) => name).sort()).toEqual(Object.keys(Environment.shape).sort())
    const given = Object.fromEntries(pairs.filter(([, value]) => value !== ''))
    expect(Environment.safeParse(given).error).toBeUndefined()
  })

  it('takes the signing key in every format that OpenSSL and Node write, and no other curve', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = (type: 'pkcs8' | 'sec1') => privateKey.export({ type, format: 'pem' }).toString()
    const der = (type: 'pkcs8' | 'sec1') => privateKey.export({ type, format: 'der' }).toString('base64')
    for (const key of [pem('pkcs8'), pem('sec1'), der('pkcs8'), der('sec1')])
      expect(
        readConfig({ PORTAL_DATA_DIR: 'memory:', PORTAL_SIGNING_KEY: key }).secrets.signingKeys[0].equals(
          privateKey,
        ),
      ).toBe(true)
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
    for (const key of ['nothing', other.export({ type: 'sec1', format: 'der' }).toString('base64')])
      expect(mistakes({ PORTAL_SIGNING_KEY: key })).toEqual([
        expect.stringMatching(/^PORTAL_SIGNING_KEY must be a P-256 private key/),
      ])
  })

  it('takes several servers only with a database that several can use', () => {
    const redis = 'redis://:secret@127.0.0.1:6379'
    const postgres = 'postgresql://portal@127.0.0.1/portal'
    expect(mistakes({ REDIS_URL: redis })[0]).toMatch(/^REDIS_URL is for several servers.*DATABASE_URL/)
    expect(mistakes({ REDIS_URL: redis, DATABASE_URL: postgres })).toEqual([])
    expect(mistakes({ REDIS_URL: 'http://:secret@x' })).toEqual([
      'REDIS_URL must look like redis://user:password@host:6379, or rediss:// with TLS.',
    ])
  })

  it('names a proxy that is no address', () => {
    expect(mistakes({ PORTAL_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' })).toEqual([])
    expect(mistakes({ PORTAL_TRUSTED_PROXIES: 'loopback' })[0]).toMatch(/^PORTAL_TRUSTED_PROXIES must be/)
  })

  it('wants its secrets given in production', () => {
    const production = { NODE_ENV: 'production', PORTAL_ORIGIN: 'https://portal.example.org' }
    expect(mistakes(production).map((line) => line.split(' ')[0])).toEqual([
      'PORTAL_KEK',
      'PORTAL_PEPPER',
      'PORTAL_SIGNING_KEY',
    ])
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const secrets = {
      PORTAL_KEK: randomBytes(32).toString('base64'),
      PORTAL_PEPPER: randomBytes(32).toString('base64'),
      PORTAL_SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }
    expect(mistakes({ ...production, ...secrets })).toEqual([])
    expect(mistakes({ ...production, ...secrets, PORTAL_KEK: 'c2hvcnQ=' })[0]).toMatch(
      /PORTAL_KEK must be 32/,
    )
  })

  it('wants no key-encryption key in production where one in KMS wraps', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const given = {
      NODE_ENV: 'production',
      PORTAL_DATA_DIR: 'memory:',
      PORTAL_ORIGIN: 'https://portal.example.org',
      PORTAL_PEPPER: randomBytes(32).toString('base64'),
      PORTAL_SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      PORTAL_KMS_KEY: 'arn:aws:kms:eu-west-1:111122223333:key/6fa459ea-ee8a-4ca4-894e-db77e160355e',
    }
    expect(readConfig(given).secrets.kek).toBeUndefined()
    expect(mistakes({ ...given, PORTAL_KEK_CURRENT: 'kek' })[0]).toMatch(/^PORTAL_KEK must be set/)
    expect(mistakes({ ...given, PORTAL_KEK: 'c2hvcnQ=' })[0]).toMatch(/^PORTAL_KEK must be 32/)
  })

  it('makes secrets once in development, readable by the owner only', () => {
    const dataDir = folder()
    const first = readConfig({ PORTAL_DATA_DIR: dataDir })
    const second = readConfig({ PORTAL_DATA_DIR: dataDir })
    expect(second.secrets.kek).toEqual(first.secrets.kek)
    expect(second.secrets.signingKeys[0].equals(first.secrets.signingKeys[0])).toBe(true)
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600)
  })

  it('refuses data whose secrets are lost', () => {
    const dataDir = folder()
    mkdirSync(join(dataDir, 'database'))
    expect(() => readConfig({ PORTAL_DATA_DIR: dataDir })).toThrow(/secrets\.json is missing/)
  })
})
