/**
 * `npm test`: everything, on a bare clone. Installs what the suites need (and says what), runs the fast gate, the
 * suites over PGlite and PostgreSQL, and the real browser; ends with `N passed, N failed`.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { ensureBuild, ensureDependencies, ensurePrismaClient } from '../sync-server/prepare.mjs'
import {
  ensureChromium,
  ensureChromiumShell,
  ensureFirefox,
  ensureNginx,
  ensurePostgres,
  ensureRedis,
  ensureWebKit,
} from './tools/find-programs.mjs'

const OUT = 'test-results'
const total = { passed: 0, failed: 0 }
/** What failed, in the words of its runner: said again at the end, where a long log is looked at first. */
const failures = []
/** What this machine cannot do, such as a small disk where nobody is root: said too, for it proves nothing. */
const skipped = []

function run(title, command, args, env = {}) {
  console.log(`\n── ${title}`)
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/** Counts from a runner's JSON report; a runner that died without one, or outside of its tests, counts as one failure. */
function count(file, code, read) {
  let found = { passed: 0, failed: 0, failures: [] }
  try {
    found = read(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // The exit code below speaks for a missing report.
  }
  if (code !== 0 && found.failed === 0) {
    found.failed = 1
    found.failures = [
      ...(found.failures ?? []),
      `${file}: its runner ended with ${code}, and no test of it failed`,
    ]
  }
  total.passed += found.passed
  total.failed += found.failed
  failures.push(...(found.failures ?? []))
  skipped.push(...(found.skipped ?? []))
}

const vitestCounts = (report) => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests,
  skipped: report.testResults.flatMap((file) =>
    file.assertionResults
      .filter(({ status }) => status === 'skipped' || status === 'pending' || status === 'todo')
      .map((test) => `${file.name} › ${test.fullName}`),
  ),
  failures: report.testResults.flatMap((file) => [
    // A file that could not be read, or whose hooks broke, has words of its own.
    ...(file.status === 'failed' && file.message ? [`${file.name}\n${file.message}`] : []),
    ...file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${file.name} › ${test.fullName}\n${test.failureMessages.join('\n')}`),
  ]),
})

const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)]
const playwrightCounts = (report) => ({
  passed: report.stats.expected + report.stats.flaky,
  failed: report.stats.unexpected,
  skipped: report.suites
    .flatMap(specsOf)
    .filter((spec) => spec.tests.some((test) => test.status === 'skipped'))
    .map((spec) => `${spec.file} › ${spec.title}`),
  failures: report.suites
    .flatMap(specsOf)
    .flatMap((spec) =>
      spec.tests
        .filter((test) => test.status === 'unexpected')
        .map(
          (test) =>
            `[${test.projectName}] ${spec.file} › ${spec.title}\n${test.results.flatMap((result) => result.errors.map((error) => error.message)).join('\n')}`,
        ),
    ),
})

console.log('── Preparing')
await ensureDependencies()
await ensurePrismaClient()
const chromium = ensureChromium()
const shell = ensureChromiumShell()
const firefox = ensureFirefox()
const webkit = ensureWebKit()
const pgbin = ensurePostgres()
const redis = ensureRedis()
const nginx = ensureNginx()
console.log(
  `  Chromium: ${chromium}; without windows: ${shell ?? 'not here; the whole one does'}\n  Firefox: ${firefox}\n  WebKitGTK: ${webkit?.driver ?? 'not here; its test is left out'}\n  PostgreSQL: ${pgbin}\n  Redis: ${redis}\n  nginx: ${nginx}`,
)
await ensureBuild()
rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
const env = {
  CHROMIUM: chromium,
  ...(shell && { CHROMIUM_SHELL: shell }),
  FIREFOX: firefox,
  PGBIN: pgbin,
  REDIS_SERVER: redis,
  NGINX: nginx,
}

const gate = `${OUT}/check.json`
const gateCode = await run('Fast gate', process.execPath, ['tests/check.mjs', '--static', '--out', gate], env)
count(gate, gateCode, (report) => report)

const vitest = ['run', '--config', 'tests/vitest.config.ts', '--reporter', 'default', '--reporter', 'json']
for (const [title, ...projects] of [
  ['Unit tests', 'unit'],
  ['Databases, server, replica and security', 'system', 'devices'],
]) {
  const file = `${OUT}/${projects[0]}.json`
  const code = await run(
    title,
    'node_modules/.bin/vitest',
    [...vitest, ...projects.flatMap((project) => ['--project', project]), '--outputFile.json', file],
    env,
  )
  count(file, code, vitestCounts)
}

const e2e = `${OUT}/e2e.json`
const code = await run(
  'Real browser',
  'node_modules/.bin/playwright',
  ['test', '--config', 'tests/e2e/playwright.config.ts'],
  {
    ...env,
    PLAYWRIGHT_JSON_OUTPUT_FILE: e2e,
  },
)
count(e2e, code, playwrightCounts)

if (skipped.length > 0) {
  console.log('\n── Left out on this machine')
  for (const test of skipped) console.log(`  ${test.replaceAll(process.cwd(), '.')}`)
}
if (failures.length > 0) {
  console.log('\n── What failed')
  for (const failure of failures) console.log(`\n✘ ${failure.replaceAll(process.cwd(), '.').slice(0, 2000)}`)
}
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)
