import { defineConfig } from 'vitest/config'

const root = new URL('..', import.meta.url).pathname

/** Limits are far off: they are reached only where something is broken, and a busy machine is slow. */
const PATIENCE = { testTimeout: 240_000, hookTimeout: 240_000, expect: { poll: { timeout: 60_000 } } }

/** With replicas in the process of the test. */
const DEVICES = 'tests/contract/{replica-*,schema-change}.test.ts'

/** `unit` is fast and starts nothing; `system` boots databases and servers, `devices` replicas too: one file at a time per worker. */
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
          maxWorkers: 2,
          isolate: false,
          ...PATIENCE,
        },
      },
      {
        root,
        test: {
          name: 'system',
          include: ['tests/{contract,crash,integration,security,several-servers}/**/*.test.ts'],
          exclude: [DEVICES],
          environment: 'node',
          pool: 'forks',
          // What they import, and a PostgreSQL, once for all that a process runs.
          isolate: false,
          maxWorkers: 2,
          ...PATIENCE,
        },
      },
      {
        root,
        test: {
          name: 'devices',
          include: ['tests/{convergence,device}/**/*.test.ts', DEVICES],
          environment: 'node',
          pool: 'forks',
          // RxDB counts what is open in a process, and locks of tabs are known to the whole of it.
          isolate: true,
          maxWorkers: 2,
          ...PATIENCE,
        },
      },
    ],
  },
})
