import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
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

  it('makes secrets once in development, readable by the owner only', () => {
    const dataDir = folder()
    const first = readConfig({ PORTAL_DATA_DIR: dataDir })
    const second = readConfig({ PORTAL_DATA_DIR: dataDir })
    expect(second.secrets.kek).toEqual(first.secrets.kek)
    expect(second.secrets.signingKey.equals(first.secrets.signingKey)).toBe(true)
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600)
  })

  it('refuses data whose secrets are lost', () => {
    const dataDir = folder()
    mkdirSync(join(dataDir, 'database'))
    expect(() => readConfig({ PORTAL_DATA_DIR: dataDir })).toThrow(/secrets\.json is missing/)
  })
})
