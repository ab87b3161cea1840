/**
 * `npm start` on a bare clone: brings whatever is missing or outdated up to date, says so, and runs the server in this
 * process. `--prepare-only` stops before the server.
 */
import { ensureBuild, ensureDependencies, ensurePrismaClient, requireNode } from './prepare.mjs'

const started = performance.now()
requireNode()
await ensureDependencies()
await ensurePrismaClient()
await ensureBuild()
const seconds = (performance.now() - started) / 1000
if (seconds > 1) console.log(`Everything is up to date after ${seconds.toFixed(1)} s.`)
if (!process.argv.includes('--prepare-only')) {
  const server = new URL('../dist/server/main.mjs', import.meta.url)
  await import(server.href)
}
