import { defineConfig } from 'vitest/config'

const root = new URL('..', import.meta.url).pathname

/** `unit` is fast and starts nothing; `system` boots databases and servers, one file at a time per worker. */
export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: [
            '{shared,client,sync-server,prisma}/**/*.test.{ts,tsx}',
            'tests/{architecture,vectors}/**/*.test.ts',
          ],
          environment: 'node',
          testTimeout: 60_000,
        },
      },
      {
        root,
        test: {
          name: 'system',
          include: [
            'tests/{contract,convergence,crash,device,integration,security,several-servers}/**/*.test.ts',
          ],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: 'forks',
          maxWorkers: 2,
        },
      },
    ],
  },
})
