/** Gives a client a form to fill in: the newest published version, and an empty draft pinned to it. */
import { randomUUID } from 'node:crypto'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Actor } from '../../replication/actor.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import { readFormsForNewClient, readNewestVersion } from './reader.ts'

export interface AssignForm {
  readonly clientId: string
  readonly formKey: string
  /** ms */
  readonly dueAt?: number | undefined
}

const NOT_FOUND = refusal('not_found', 'There is no such form.')

export async function writeAssignment(
  { apply, work }: Pick<CommitSession, 'apply' | 'work'>,
  actor: Actor,
  { clientId, formKey, dueAt }: AssignForm,
): Promise<Result<{ draftId: string }, Refusal>> {
  const definitionId = await readNewestVersion(work.scope.tx, clientId, formKey)
  const definition = definitionId && (await work.load('definitions', definitionId))
  if (!definitionId || !definition) return err(NOT_FOUND)
  const draftId = randomUUID()
  const write = { baseRev: 0, by: 'server', writer: actor.accountId } as const
  const assigned = await apply({
    ...write,
    collection: 'definitions',
    documentId: definitionId,
    edits: [],
  })
  if (!assigned.ok) return assigned
  const fields: readonly (readonly [string, Json])[] = [
    ['definitionId', definitionId],
    ['formKey', formKey],
    ['title', definition.body.title ?? formKey],
    ['status', 'assigned'],
    ['assignedAt', work.receivedAt],
    ...(dueAt === undefined ? [] : [['dueAt', dueAt] as const]),
    ['answers', {}],
    ['contested', {}],
  ]
  const edits = fields.map(([field, value]) => ({ field, value, at: work.receivedAt }))
  const made = await apply({ ...write, collection: 'drafts', documentId: draftId, edits })
  return made.ok ? ok({ draftId }) : made
}

/** Forms marked for new clients, those that this one has already left out: asked twice, it assigns once. */
export async function assignToNewClient(
  replication: Pick<Replication, 'commit'>,
  actor: Actor,
  clientId: string,
): Promise<Result<number, Refusal>> {
  const done = await replication.commit<number>({
    actor,
    clientId,
    action: 'forms.assign-new',
    permit: ['own'],
    onDevice: false,
    run: async (session) => {
      const formKeys = await readFormsForNewClient(session.work.scope.tx, clientId)
      for (const formKey of formKeys) {
        const assigned = await writeAssignment(session, actor, { clientId, formKey })
        if (!assigned.ok) return assigned
      }
      return ok(formKeys.length)
    },
  })
  return done.ok ? ok(done.value.value) : done
}
