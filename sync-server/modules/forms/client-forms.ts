/**
 * One client's forms: for staff, what was assigned and what came back; for who fills one, the newer version of a form
 * and the step over to it. Moving keeps every answer: one that the new version has no question for stays in the draft,
 * is shown, and is not handed in.
 */
import { mayWithForms } from '../../../shared/domains/forms/policy.ts'
import type { Draft, FormDefinition } from '../../../shared/domains/forms/schema.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Actor } from '../../replication/actor.ts'
import { writersOf } from '../../replication/client-access-store.ts'
import type { CommitSession } from '../../replication/commit.ts'
import { toClient } from '../../replication/document-store.ts'
import type { Replication } from '../../replication/replication.ts'
import { readClientName } from '../../replication/staff-member-store.ts'
import { readAssigned, readHandedIn } from './catalogue-store.ts'
import { draftOf } from './merge-draft.ts'
import { readNewestVersion } from './reader.ts'

export interface ClientForms {
  readonly clientName: string
  readonly assigned: readonly {
    readonly id: string
    readonly formKey: string
    readonly title: string
    readonly version: number
    readonly status: string
    readonly assignedAt: number
    readonly dueAt: number | null
    readonly amends: boolean
  }[]
  /** Null for who may not read answers. */
  readonly handedIn:
    | readonly {
        readonly id: string
        readonly formKey: string
        readonly title: string
        readonly status: string
        readonly flagged: boolean
        readonly receivedAt: number
      }[]
    | null
}

const NOT_FOUND = refusal('not_found', 'There is no such form.')
const HANDED_IN = refusal('wrong_state', 'This form was handed in. Nothing was changed.')
const MOVED_ON = refusal('stale_revision', 'There is another version by now: look at it first.')

export const createClientForms = ({ replication }: { readonly replication: Replication }) => ({
  async ofClient(actor: Actor, clientId: string): Promise<Result<ClientForms, Refusal>> {
    return replication.read<ClientForms>({
      actor,
      clientId,
      action: 'forms.of-client',
      permit: ['assigned-clinician', 'front-desk', 'admin'],
      onDevice: false,
      describe: ({ assigned }) => ({ collection: COLLECTIONS.drafts.number, count: assigned.length }),
      run: async ({ scope: { tx } }) => {
        const assigned = await readAssigned(tx, clientId)
        const handedIn = mayWithForms(actor.role, 'read-submission') ? await readHandedIn(tx, clientId) : null
        return ok({
          clientName: await readClientName(tx, clientId),
          assigned: assigned.map(({ assignedAt, dueAt, ...form }) => ({
            ...form,
            assignedAt: assignedAt.getTime(),
            dueAt: dueAt?.getTime() ?? null,
          })),
          handedIn:
            handedIn?.map(({ receivedAt, ...form }) => ({ ...form, receivedAt: receivedAt.getTime() })) ??
            null,
        })
      },
    })
  },

  /** The version that a draft could move to; null: it has the newest one. */
  async newer(
    actor: Actor,
    clientId: string,
    draftId: string,
  ): Promise<Result<{ readonly definition: FormDefinition | null }, Refusal>> {
    return replication.read<{ definition: FormDefinition | null }>({
      actor,
      clientId,
      action: 'forms.newer',
      permit: writersOf('forms'),
      onDevice: false,
      describe: () => ({ collection: COLLECTIONS.drafts.number, documentId: draftId }),
      run: async ({ documents, scope }) => {
        const [stored] = await documents('drafts', [draftId])
        if (stored === undefined) return err(NOT_FOUND)
        const draft = draftOf(stored)
        const newest = await readNewestVersion(scope.tx, clientId, draft.formKey)
        if (newest === undefined || newest === draft.definitionId || draft.status === 'submitted')
          return ok({ definition: null })
        const [definition] = await documents('definitions', [newest])
        return ok({ definition: definition ? (toClient(definition) as unknown as FormDefinition) : null })
      },
    })
  },

  /** `definitionId` is the version that was looked at. */
  async move(
    actor: Actor,
    clientId: string,
    moving: { readonly draftId: string; readonly definitionId: string },
  ): Promise<Result<Draft, Refusal>> {
    const done = await replication.commit<Draft>({
      actor,
      clientId,
      action: 'forms.move',
      permit: writersOf('forms'),
      onDevice: false,
      run: (session) => moveDraft(session, actor, moving),
    })
    return done.ok ? ok(done.value.value) : done
  },
})

async function moveDraft(
  session: CommitSession,
  actor: Actor,
  { draftId, definitionId }: { readonly draftId: string; readonly definitionId: string },
): Promise<Result<Draft, Refusal>> {
  const { apply, work } = session
  const stored = await work.load('drafts', draftId)
  if (stored === undefined || stored.deleted) return err(NOT_FOUND)
  const draft = draftOf(stored)
  if (draft.status === 'submitted') return err(HANDED_IN)
  if (draft.definitionId === definitionId) return ok(draft)
  const definition = await work.load('definitions', definitionId)
  if (definition === undefined) return err(NOT_FOUND)
  const newest = await readNewestVersion(work.scope.tx, work.scope.clientId, draft.formKey)
  if (newest !== definitionId) return err(MOVED_ON)
  const write = { by: 'server', writer: actor.accountId } as const
  const given = await apply({
    ...write,
    collection: 'definitions',
    documentId: definitionId,
    baseRev: 0,
    edits: [],
  })
  if (!given.ok) return given
  const fields = [
    ['definitionId', definitionId],
    ['title', definition.body.title ?? draft.title],
  ] as const
  const moved = await apply({
    ...write,
    collection: 'drafts',
    documentId: draftId,
    baseRev: stored.rev,
    edits: fields.map(([field, value]) => ({ field, value, at: work.receivedAt })),
  })
  const after = moved.ok ? await work.load('drafts', draftId) : undefined
  if (!moved.ok) return moved
  return after === undefined ? err(NOT_FOUND) : ok(draftOf(after))
}
export type ClientFormsService = ReturnType<typeof createClientForms>
