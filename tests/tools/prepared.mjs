/**
 * `node tests/tools/prepared.mjs SCRIPT ARGS…` runs a script of the suites on any clone, a bare one too: packages, the
 * database client and the builds are made where they are missing, as `npm start` does, and Chromium is installed for
 * those that drive it. Its exit code is the script's.
 */
import { spawn } from 'node:child_process'
import { ensureBuild, ensureDependencies, ensurePrismaClient } from '../../sync-server/prepare.mjs'
import { ensureChromium } from './find-programs.mjs'

const [script, ...args] = process.argv.slice(2)
await ensureDependencies()
await ensurePrismaClient()
// The simulator has the whole loop in its own process, from the sources.
if (!script.startsWith('tests/convergence/')) await ensureBuild()
const drivesBrowser =
  script.startsWith('tests/bench/') || script.startsWith('tests/e2e/') || args.includes('browser')
const env = { ...process.env, ...(drivesBrowser && { CHROMIUM: ensureChromium() }) }
const command = script.endsWith('.ts') ? 'node_modules/.bin/tsx' : process.execPath
const child = spawn(command, [script, ...args], { stdio: 'inherit', env })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('close', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
