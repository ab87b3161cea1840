import { defineConfig } from '@playwright/test'

/** What is about screens alone, whatever the database below. */
const SCREENS =
  /(accessibility|audit-trail|closing|trusted-types|keyboard|unreadable-storage|app-update|app-upgrade|leader-tab|device-keys|idle-lock|messages|other-browsers)\.spec\.ts$/

/** Every other suite runs twice: over the embedded database and over a real PostgreSQL. */
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
    { name: 'postgres', testIgnore: SCREENS, metadata: { database: 'postgres' } },
  ],
})
