import { defineConfig } from 'vitest/config'

const root = new URL('..', import.meta.url).pathname

/** Limits are far off: they are reached only where something is broken, and a busy machine is slow. */
const PATIENCE = { testTimeout: 240_000, hookTimeout: 240_000, expect: { poll: { timeout: 60_000 } } }

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
          // What they import is read once for all of them: three quarters of their time is reading otherwise.
          pool: 'threads',
          isolate: false,
          ...PATIENCE,
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
          ...PATIENCE,
          pool: 'forks',
          maxWorkers: 2,
        },
      },
    ],
  },
})
