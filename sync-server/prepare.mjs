/**
 * What must be there before the server can run, each brought up to date only if needed: packages, the generated
 * database client, the app's build and the server's bundle. Plain Node without packages, because at the first start
 * there are none. Fingerprints of what each step was made from are kept in node_modules/.cache.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stampFile = join(root, 'node_modules', '.cache', 'portal-start.json')

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`
const say = (line) => process.stdout.write(`${line}\n`)
const at = (...parts) => join(root, ...parts)

function fail(line) {
  console.error(line)
  process.exit(1)
}

export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const sound = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)
  if (!sound)
    fail(`Node 20.19 or newer is needed (20.19+, 22.12+ or later); this is ${process.versions.node}.`)
}

/** Names, sizes and times of all files below the given paths: cheap, and different after every edit. */
function fingerprint(paths, skip = () => false) {
  const hash = createHash('sha256').update(process.versions.node)
  const visit = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined || skip(path)) return
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name))
    else hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`)
  }
  for (const path of paths) visit(at(path))
  return hash.digest('hex')
}

/** What of the file system's refusals people can mend, in their words. */
const REFUSALS = {
  EROFS: 'it is on a read-only file system',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
}

/** Asked before work that ends in files here: a build that cannot be written would fail in many words. */
function requireWritable(what) {
  const probe = at(`.portal-start-${process.pid}`)
  try {
    // More than a name: a full disk still takes an empty file.
    writeFileSync(probe, Buffer.alloc(65_536))
  } catch (error) {
    const why = REFUSALS[error.code] ?? error.message
    fail(`${what} is needed, and the folder ${root} cannot be written to: ${why}.`)
  } finally {
    rmSync(probe, { force: true })
  }
}

const readStamps = () => {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    return {}
  }
}
function saveStamp(step, value) {
  try {
    mkdirSync(dirname(stampFile), { recursive: true })
    writeFileSync(stampFile, JSON.stringify({ ...readStamps(), [step]: value }))
  } catch (error) {
    // Only a note: without it the next start looks again.
    if (!(error.code in REFUSALS)) throw error
  }
}

/** Runs a program, keeps its output for the case that it fails, and says every 10 s that it still works. */
function run(what, command, args, env = {}) {
  const since = performance.now()
  say(`${what} …`)
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    const beat = setInterval(() => say(`${what}: still at it after ${seconds(since)}`), 10_000)
    const stop = (signal) => child.kill(signal)
    process.on('SIGINT', stop).on('SIGTERM', stop)
    const done = (error) => {
      clearInterval(beat)
      process.off('SIGINT', stop).off('SIGTERM', stop)
      if (error !== undefined) {
        if (output !== '') console.error(output.trimEnd())
        fail(`${what} failed: ${error}`)
      }
      say(`${what}: done in ${seconds(since)}`)
      resolve()
    }
    child.on('error', (error) => done(error.message))
    child.on('close', (code, signal) => {
      // Ctrl-C meanwhile is a wish, not a failure.
      if (signal === 'SIGINT' || signal === 'SIGTERM' || code === 130) process.exit(0)
      done(code === 0 ? undefined : `exit code ${code}`)
    })
  })
}

/** Is every package of the lock file there, in its version? npm notes what it installed in a lock file of its own. */
function isInstalled(production) {
  try {
    const wanted = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages
    const present = JSON.parse(readFileSync(at('node_modules', '.package-lock.json'), 'utf8')).packages
    return Object.entries(wanted).every(
      ([path, { version, optional, devOptional, dev, link, peer }]) =>
        path === '' ||
        optional ||
        devOptional ||
        link ||
        (peer && !(path in present)) ||
        (production && dev) ||
        present[path]?.version === version,
    )
  } catch {
    return false
  }
}

/** `npm ci`, unless everything in the lock file is there. */
export async function ensureDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex')
  if (readStamps().install === lock && existsSync(at('node_modules', '.package-lock.json'))) return
  const production = process.env.NODE_ENV === 'production'
  if (!isInstalled(production)) {
    requireWritable('Installing packages')
    await run('Installing packages (this takes a minute or two the first time)', 'npm', [
      'ci',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      ...(production ? ['--omit=dev'] : []),
    ])
  }
  saveStamp('install', lock)
}

/** Runs a step when what it is made from changed, or when what it makes is gone. */
async function step(name, made, from, work) {
  const now = from()
  if (readStamps()[name] === now && existsSync(at(made))) return
  requireWritable('A build')
  await work()
  saveStamp(name, now)
}

/** Tests do not go into a build; the tree of routes is made by it. */
const notBuilt = (path) => /\.(test|gen)\.tsx?$/.test(path)

export const ensurePrismaClient = () =>
  step(
    'prisma',
    'prisma/generated/client.ts',
    () =>
      fingerprint(['prisma/schema.prisma', 'prisma/prisma.config.ts', 'node_modules/prisma/package.json']),
    () =>
      run(
        'Generating the database client',
        process.execPath,
        [at('node_modules/prisma/build/index.js'), 'generate', '--config', 'prisma/prisma.config.ts'],
        // Generating needs no schema engine, but looks for one; any program will do.
        {
          PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
          CHECKPOINT_DISABLE: '1',
          PRISMA_HIDE_UPDATE_MESSAGE: '1',
        },
      ),
  )

const vite = (what, config) =>
  run(what, process.execPath, [at('node_modules/vite/bin/vite.js'), 'build', '--config', config], {
    NODE_ENV: 'production',
  })

const ensureApp = () =>
  existsSync(at('client/vite.config.ts'))
    ? step(
        'app',
        'dist/client/index.html',
        () => fingerprint(['client', 'shared', 'package-lock.json', 'lingui.config.ts'], notBuilt),
        () => vite('Building the app', 'client/vite.config.ts'),
      )
    : undefined

const ensureServer = () =>
  step(
    'server',
    'dist/server/main.mjs',
    () => fingerprint(['sync-server', 'shared', 'prisma', 'package-lock.json'], notBuilt),
    () => vite('Bundling the server', 'sync-server/vite.config.ts'),
  )

/** The app for browsers and the bundle of the server, side by side. */
export const ensureBuild = async () => {
  await Promise.all([ensureApp(), ensureServer()])
}
