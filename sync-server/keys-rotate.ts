/**
 * For operators: `npm run keys:rotate`, while servers run. Wraps every client's keys that are under another
 * key-encryption key under the current one; with `--data-keys`, gives every client (or `--client ID`) a new data key
 * and seals what there is under it. What was done stays done: run again, it goes on where it was.
 */
import { createCommandLine } from './command-line.ts'
import { rotateDataKeys } from './rotate-data-keys.ts'
import { rotateKeys } from './rotate-keys.ts'

await createCommandLine(async ({ database, keyProvider, clientId, say, complain }) => {
  if (process.argv.includes('--data-keys')) {
    const { clients, values, kept } = await rotateDataKeys({
      database,
      keyProvider,
      clientId,
      now: Date.now,
      onProgress: (soFar) => say(`${soFar.clients} clients, ${soFar.values} values so far …`),
    })
    for (const { clientId: id, why } of kept) complain(`Client ${id} keeps its older keys as well: ${why}.`)
    console.log(`${clients} client(s) have a new data key, ${values} value(s) were sealed again.`)
    return kept.length === 0
  }
  const done = await rotateKeys(database, keyProvider, Date.now, (soFar) => say(`${soFar} keys so far …`))
  console.log(`${done} key(s) are now under ${keyProvider.kekId}.`)
  return true
})
