/**
 * `npm run weaknesses`: asks the registry what is known of the libraries in package-lock.json that the product ships.
 * Exits 0 where nothing is over its time, 1 where something is or was not written down, 2 where it could not be asked.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { judgeWeaknesses, readAudit, readWrittenDown } from './weaknesses.ts'

const root = join(import.meta.dirname, '../..')
const { stdout } = spawnSync('npm', ['audit', '--json', '--omit=dev', '--package-lock-only'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
})
try {
  const written = readWrittenDown(readFileSync(join(root, 'docs/security/weaknesses.csv'), 'utf8'))
  const { breaches, notes } = judgeWeaknesses(readAudit(stdout), written, Date.now())
  for (const line of [...notes, ...breaches]) console.log(line)
  console.log(`${breaches.length} over their time or not written down`)
  process.exitCode = breaches.length === 0 ? 0 : 1
} catch (error) {
  console.error(`Known weaknesses could not be looked up: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 2
}
