/** For operators: `npm run restore -- --from FOLDER [--replace]`, while no server runs: docs/operations.md, "Backups". */
import { parseArgs } from 'node:util'
import { readConfig } from './config.ts'
import { StartError } from './platform/start-error.ts'
import { putBack } from './put-back.ts'

try {
  const { from, replace } = given()
  const now = Date.now()
  const { madeAt, records, before } = await putBack({ config: readConfig(), folder: from, replace, now })
  console.log(
    `The backup of ${madeAt} is back: ${records} record(s) have a new epoch, everybody signs in again.`,
  )
  if (before !== undefined)
    console.log(`What was there before is kept: ${before}. Remove it when it is of no use.`)
  console.log('Start the server. Devices hand in again what the backup misses.')
} catch (error) {
  console.error(error instanceof StartError ? error.message : error)
  process.exitCode = 1
}

function given(): { readonly from: string; readonly replace: boolean } {
  try {
    const { values } = parseArgs({
      options: { from: { type: 'string' }, replace: { type: 'boolean', default: false } },
    })
    if (values.from !== undefined) return { from: values.from, replace: values.replace }
  } catch {
    // Said below.
  }
  throw new StartError(
    'Say which: npm run restore -- --from FOLDER, with --replace where there is a database already.',
  )
}
