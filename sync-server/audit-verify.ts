/**
 * For operators: `npm run audit:verify [-- --client ID]`. Walks the audit trail, names the first row of each chain that
 * is not as it was written, and exits 1 then. A PostgreSQL may be in use meanwhile; the embedded database may not.
 */
import { createCommandLine } from './command-line.ts'
import { createAuditHeads } from './platform/audit-heads.ts'
import { verifyAudit } from './platform/audit-verifier.ts'

await createCommandLine(async ({ config, database, clientId, say, complain }) => {
  const heads = createAuditHeads(database, config.auditHeadsDir, config.secrets.signingKeys)
  const { chains, rows, broken } = await verifyAudit(database, {
    signed: await heads.read(),
    clientId,
    onProgress: (done, of, soFar) => say(`${done} of ${of} chains, ${soFar} rows so far …`),
  })
  for (const { chain, seq, kind, says } of broken) complain(`Chain ${chain}, row ${seq}: ${kind}: ${says}.`)
  console.log(`${rows} rows in ${chains} chain(s) verified, ${broken.length} chain(s) broken.`)
  if (broken.length > 0) complain('What to do now: docs/audit.md, "When the verifier complains".')
  else if (clientId === undefined) await heads.export(Date.now())
  return broken.length === 0
})
