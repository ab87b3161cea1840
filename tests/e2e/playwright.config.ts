import { defineConfig } from '@playwright/test'

/**
 * Run over a real PostgreSQL too, from the browser to the table: the way of an answer. What else the databases have in
 * common is shown by the contract suites, which run over both.
 */
const OVER_BOTH = /(foreign-client|offline-intake|review|sealed-profile|two-devices)\.spec\.ts$/

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
    { name: 'pglite', metadata: { database: 'pglite' } },
    { name: 'postgres', testMatch: OVER_BOTH, metadata: { database: 'postgres' } },
  ],
})
