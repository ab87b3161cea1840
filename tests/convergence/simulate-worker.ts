/** Runs the seeds it is sent, one after the other, over a database of its own. */
import { openDatabaseForSeeds } from './clinic.ts'
import { runSeed } from './run-seed.ts'

const database = await openDatabaseForSeeds()
process.on('message', async (seed: number) => {
  const { broken, values, commits } = await runSeed(database, seed)
  if (process.connected) process.send?.({ seed, broken, values, commits })
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
