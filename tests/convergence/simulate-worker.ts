/** Runs the seeds it is sent, one after the other, over a database of its own. */
import { runSeed } from './run-seed.ts'
import { DATABASES, openDatabaseForSeeds } from './seed-database.ts'

const database = await openDatabaseForSeeds(DATABASES.find((kind) => kind === process.env.SEED_DATABASE))
process.on('message', async (seed: number) => {
  const { broken, values, commits } = await runSeed(database, seed)
  if (process.connected) process.send?.({ seed, broken, values, commits })
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
