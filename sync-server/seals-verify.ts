/**
 * For operators: `npm run seals:verify [-- --client ID]`. Opens every sealed value in its place and names those that were
 * changed or moved in the database; shows none of them. Exits 1 where there are any. Servers may run meanwhile.
 */
import { createCommandLine } from './command-line.ts'
import { createClientKeys } from './platform/client-keys.ts'
import { faultOf, sealedValues } from './replication/sealed-tables.ts'

await createCommandLine(async ({ database, keyProvider, clientId, say, complain }) => {
  const keys = createClientKeys({ keyProvider })
  const clients = await database.ask<{ id: string }[]>`
    SELECT client_id::text AS id FROM portal.client_key GROUP BY client_id
    HAVING ${clientId ?? null}::uuid IS NULL OR client_id = ${clientId ?? null}::uuid ORDER BY client_id`
  let values = 0
  let damaged = 0
  for (const [index, { id }] of clients.entries()) {
    await database.direct(async (tx) => {
      try {
        const cipher = await keys.cipherOf(tx, id)
        for await (const page of sealedValues(tx, id))
          for (const value of page) {
            values += 1
            const fault = faultOf(cipher, value)
            if (fault === undefined) continue
            damaged += 1
            complain(`Client ${id}, ${value.table.table} ${value.id}: ${fault}`)
          }
      } catch (error) {
        damaged += 1
        complain(`Client ${id}: ${error instanceof Error ? error.message : String(error)}`)
      }
    })
    say(`${index + 1} of ${clients.length} clients, ${values} values so far …`)
  }
  console.log(`${values} sealed values of ${clients.length} client(s) opened, ${damaged} damaged.`)
  return damaged === 0
})
