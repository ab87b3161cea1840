import { defineConfig } from '@playwright/test'

/**
 * Browser tests run over a real PostgreSQL, as in earnest and because its servers start in a third of the time. What is
 * named here, the way of an answer from the browser to the table, runs over the embedded database too; what else the
 * two have in common is shown by the contract suites.
 */
const OVER_BOTH = /(foreign-client|offline-intake|review)\.spec\.ts$/

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
    { name: 'pglite', testMatch: OVER_BOTH, metadata: { database: 'pglite' } },
  ],
})
