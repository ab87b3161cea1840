/** What the practice and its record system do, through the same write path as devices. */
import type { Json } from '../../shared/kernel/json.ts'
import type { Result } from '../../shared/kernel/result.ts'
import { COLLECTIONS, type CollectionName } from '../../shared/protocol/collections.ts'
import { isInjected } from './database-faults.ts'
import { FORM_KEY, NEXT_VERSION } from './questionnaires.ts'
import type { Random } from './random.ts'
import type { Run } from './run.ts'
import type { ServerProcess } from './server.ts'

/** A server that dies over it has not accepted it. */
export async function attempt<T>(
  run: Run,
  what: string,
  work: (server: ServerProcess) => Promise<Result<T, { code: string }>>,
): Promise<boolean> {
  const server = run.servers.any()
  if (server === undefined) return false
  try {
    const result = await work(server)
    run.world.note(`${what}: ${result.ok ? 'done' : result.error.code}`)
    return result.ok
  } catch (error) {
    run.world.note(`${what} failed`)
    if (!isInjected(error)) run.ledger.failed(error)
    return false
  }
}

export async function assign(run: Run, clientId = run.clientId): Promise<void> {
  await attempt(run, 'assign', ({ practice }) =>
    practice.forms.assignForm(run.admin, { clientId, formKey: FORM_KEY }),
  )
}

export async function publish(run: Run, random: Random): Promise<void> {
  run.version += 1
  await run.world.busy(run.clinic.publish(random, FORM_KEY, run.version, NEXT_VERSION))
  await assign(run)
}

export async function review(run: Run, random: Random): Promise<void> {
  const ids = run.ledger.commits
    .flatMap(({ rows }) => rows)
    .filter((row) => row[0] === COLLECTIONS.submissions.number)
    .map((row) => row[1])
  if (ids.length === 0) return
  const submissionId = random.pick(ids)
  await attempt(run, 'review', ({ practice }) =>
    practice.staff.review(run.clinician, { clientId: run.clientId, submissionId }),
  )
}

export async function apply(
  run: Run,
  clientId: string,
  collection: CollectionName,
  documentId: string,
  fields: { readonly [field: string]: Json },
): Promise<boolean> {
  return attempt(run, `record system writes to ${collection}`, ({ replication }) =>
    replication.commit({
      actor: run.admin,
      clientId,
      action: 'record.write',
      permit: ['admin'],
      onDevice: false,
      run: async ({ apply: write, work }) => {
        const known = await work.load(collection, documentId)
        return write({
          collection,
          documentId,
          baseRev: known?.rev ?? 0,
          edits: Object.entries(fields).map(([field, value]) => ({ field, value, at: work.receivedAt })),
          by: 'server',
          writer: run.admin.accountId,
        })
      },
    }),
  )
}

/** A visit, new or changed. */
export async function visit(run: Run, random: Random, clientId = run.clientId): Promise<void> {
  const known = run.ledger.commits
    .flatMap(({ rows }) => rows)
    .filter((row) => row[0] === COLLECTIONS.appointments.number)
    .map((row) => row[1])
  const id =
    clientId === run.clientId && known.length > 0 && random.chance(0.5) ? random.pick(known) : random.uuid()
  const token = run.token()
  const entry = run.write(token, '', `${id}/notes`)
  entry.sent = true
  entry.accepted = await apply(run, clientId, 'appointments', id, {
    startsAt: run.world.now,
    endsAt: run.world.now + 3_000_000,
    timeZone: 'UTC',
    title: 'Visit',
    clinicianName: 'Dr',
    place: 'Room',
    status: 'booked',
    notes: token,
  })
  if (clientId !== run.clientId) entry.released = true
}

/** The record system knows an answer already. */
export async function prefill(run: Run, random: Random): Promise<void> {
  const ids = run.ledger.commits
    .flatMap(({ rows }) => rows)
    .filter((row) => row[0] === COLLECTIONS.drafts.number)
    .map((row) => row[1])
  if (ids.length === 0) return
  const id = random.pick(ids)
  const token = run.token()
  const entry = run.write(token, '', `${id}/city`)
  entry.sent = true
  entry.accepted = await apply(run, run.clientId, 'drafts', id, { 'answers/city': token })
}
