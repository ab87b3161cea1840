import { defineConfig } from '@playwright/test'

/**
 * Browser tests run over a real PostgreSQL, as in earnest, and because it is faster: six tests of one run took 86 s over
 * it and 128 s over the embedded database. What is named here, the way of an answer from the browser to the table and to
 * its reader, runs over that too; what else the two have in common is shown by the contract suites.
 */
const OVER_BOTH = /foreign-client|an intake filled with no network|reviews a flagged PHQ-9/

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/e2e',
  // Generous: they are only reached where something is broken, and a busy machine is slow.
  timeout: 240_000,
  expect: { timeout: 45_000 },
  fullyParallel: true,
  workers: 2,
  retries: 0,
  reporter: [['list'], ['json']],
  projects: [
    { name: 'postgres', metadata: { database: 'postgres' } },
    { name: 'pglite', grep: OVER_BOTH, metadata: { database: 'pglite' } },
  ],
})
