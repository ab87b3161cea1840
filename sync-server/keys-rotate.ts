/**
 * For operators: `npm run keys:rotate`, while servers run. Wraps every client's data key that is under another
 * key-encryption key under the current one. What was done stays done: run again, it goes on where it was.
 */
import { createCommandLine } from './command-line.ts'
import { rotateKeys } from './rotate-keys.ts'

await createCommandLine(async ({ database, keyProvider, say }) => {
  const done = await rotateKeys(database, keyProvider, Date.now, (soFar) => say(`${soFar} keys so far …`))
  console.log(`${done} data key(s) are now under ${keyProvider.kekId}.`)
  return true
})
