/**
 * `npm run check`: the fast gate. Format and lint, types, import directions, dead code, unit tests — as many at once
 * as there are cores. Prints only what failed; exits 1 if anything did.
 * `--static` leaves the unit tests out; `--out FILE` writes the counts, and what failed, as JSON.
 */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { ensureDependencies, ensurePrismaClient } from '../sync-server/prepare.mjs'

const STEPS = [
  ['types', '../typescript-7/bin/tsc', ['-b']],
  [
    'unit tests',
    'vitest',
    ['run', '--config', 'tests/vitest.config.ts', '--project', 'unit', '--reporter', 'dot'],
  ],
  ['format and lint', 'biome', ['check', '--error-on-warnings']],
  [
    'import directions',
    'depcruise',
    ['--config', 'tests/architecture/dependency-rules.cjs', 'shared', 'client', 'sync-server', 'prisma'],
  ],
  ['dead code', 'knip', ['--config', 'tests/architecture/knip.json']],
]

function run([name, command, args]) {
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(`node_modules/.bin/${command}`, args, { env: { ...process.env, NO_COLOR: '1' } })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      console.log(`${code === 0 ? '✔' : '✘'} ${name} (${seconds} s)`)
      if (code !== 0) console.log(output.trimEnd())
      if (code !== 0) failures.push(`${name}\n${output.trimEnd()}`)
      resolve(code === 0)
    })
  })
}

await ensureDependencies()
await ensurePrismaClient()
const queue = STEPS.filter(([name]) => name !== 'unit tests' || !process.argv.includes('--static'))
const results = []
const failures = []
const worker = async () => {
  for (let step = queue.shift(); step; step = queue.shift()) results.push(await run(step))
}
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker))
const failed = results.filter((passed) => !passed).length
const out = process.argv.indexOf('--out')
if (out > 0)
  writeFileSync(process.argv[out + 1], JSON.stringify({ passed: results.length - failed, failed, failures }))
console.log(`${results.length - failed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
