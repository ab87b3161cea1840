/**
 * The forms of one visit as the screens of forms know them: a database in this page's memory, under a name of its own. A
 * write has happened only once it is sealed to the practice and on the disk; what is sealed there cannot be opened here
 * again. SPEC: sync-server/modules/kiosk/SPEC.md, K8 and K12.
 */
import { createRxDatabase, type RxStorage } from 'rxdb'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import type { AnswerValue, Draft, Submission } from '../../shared/domains/forms/schema.ts'
import type { TypedAnswers, VisitForm } from '../../shared/domains/kiosk/visit.ts'
import { equalJson } from '../../shared/kernel/json.ts'
import { replicaCollections } from '../replica/collections.ts'
import type { ReplicaDatabase } from '../replica/replica-database.ts'
import type { Tablet } from './tablet.ts'
import type { OpenedVisit } from './tablet-port.ts'

type Keep = Tablet['keep']
interface Written {
  readonly document: { readonly id: string; readonly answers?: Draft['answers'] }
}

/** What was typed in each form, over what the visit began with. */
function createTyping(forms: readonly VisitForm[], keep: Keep) {
  const typed = new Map<string, TypedAnswers>(
    forms.map(({ draftId, rev }) => [draftId, { rev, answers: {} }]),
  )
  const last = new Map<string, Readonly<Record<string, AnswerValue>>>(
    forms.map(({ draftId, answers }) => [draftId, answers]),
  )
  return {
    async draft(draftId: string, answers: Readonly<Record<string, AnswerValue>>): Promise<void> {
      const before = last.get(draftId)
      const known = typed.get(draftId)
      if (before === undefined || known === undefined) return
      const at = Date.now()
      const keys = new Set([...Object.keys(before), ...Object.keys(answers)])
      const changes = [...keys].flatMap((key) => {
        const value = answers[key] ?? null
        return equalJson(value, before[key] ?? null) ? [] : [[key, { value, at }] as const]
      })
      if (changes.length === 0) return
      const next = { ...known, answers: { ...known.answers, ...Object.fromEntries(changes) } }
      await keep({ draft: draftId, typed: next })
      typed.set(draftId, next)
      last.set(draftId, answers)
    },
    async submission({ id, draftId, definitionId, answers, submittedAt }: Submission): Promise<void> {
      const known = typed.get(draftId)
      if (known === undefined) return
      const next = { ...known, submission: { id, definitionId, answers, submittedAt } }
      await keep({ draft: draftId, typed: next })
      typed.set(draftId, next)
    },
  }
}

export interface VisitPractice {
  readonly phone: string
}

export async function openVisitDatabase(
  { forms, definitions }: OpenedVisit,
  { phone }: VisitPractice,
  keep: Keep,
): Promise<ReplicaDatabase> {
  const typing = createTyping(forms, keep)
  let isOpen = false
  const memory = { ...getRxStorageMemory(), collectionStates: new Map() }
  const createStorageInstance: typeof memory.createStorageInstance = async (params) => {
    const instance = await memory.createStorageInstance(params)
    const write = instance.bulkWrite.bind(instance)
    instance.bulkWrite = async (rows, context) => {
      if (isOpen)
        for (const { document } of rows as unknown as readonly Written[]) {
          if (params.collectionName === 'drafts') await typing.draft(document.id, document.answers ?? {})
          if (params.collectionName === 'submissions')
            await typing.submission(document as unknown as Submission)
        }
      return write(rows, context)
    }
    return instance
  }
  const database = (await createRxDatabase({
    name: `kiosk-visit-${crypto.randomUUID()}`,
    storage: { ...memory, createStorageInstance } as RxStorage<unknown, Record<string, never>>,
    multiInstance: false,
    eventReduce: true,
  })) as unknown as ReplicaDatabase
  await database.addCollections(replicaCollections(['definitions', 'drafts', 'submissions', 'profile']))
  const now = Date.now()
  await database.definitions.bulkInsert([...definitions])
  await database.drafts.bulkInsert(
    forms.map(({ draftId, definitionId, formKey, title, assignedAt, answers, amends }) => ({
      ...{ id: draftId, definitionId, formKey, title, assignedAt, answers, contested: {}, updatedAt: now },
      status: Object.keys(answers).length > 0 ? ('draft' as const) : ('assigned' as const),
      ...(amends !== undefined && { amends }),
    })),
  )
  await database.profile.insert({ id: 'practice', practicePhone: phone, updatedAt: now } as never)
  isOpen = true
  return database
}
