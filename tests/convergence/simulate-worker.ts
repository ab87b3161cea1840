/** Runs the seeds it is sent, one after the other, over a database of its own. */
import { runSeed } from './run-seed.ts'
import { openDatabaseForSeeds } from './seed-database.ts'

const database = await openDatabaseForSeeds()
process.on('message', async (seed: number) => {
  const { broken, values, commits } = await runSeed(database, seed, {
    overlaps: process.env.SEED_OVERLAPS !== undefined,
  })
  if (process.connected) process.send?.({ seed, broken, values, commits })
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
