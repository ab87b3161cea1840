/** What becomes of refused changes on the disk: of new documents that an older build took apart, and under a power cut. */
import { randomUUID } from 'node:crypto'
import { expect, it, vi } from 'vitest'
import { sealEntry } from '../../client/replica/worker/documents.ts'
import type { OutboxEntry } from '../../client/replica/worker/outbox-entry.ts'
import { STATE } from '../../client/replica/worker/sealed-rows.ts'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { OUTCOMES } from '../../shared/protocol/terms.ts'
import { diskOfTest } from './replica-notes.ts'
import type { SealedReplica } from './sealed-replica.ts'

const { replica } = diskOfTest()
const DRAFTS = COLLECTIONS.drafts.number
const QUARANTINED = OUTCOMES.indexOf('quarantined')
const LONG = 'x'.repeat(70_000)

const submission = () => ({
  id: randomUUID(),
  draftId: randomUUID(),
  definitionId: randomUUID(),
  answers: { story: LONG },
  submittedAt: 5,
})
const stored = (body: object) => ({
  ...body,
  _rev: '1-a',
  _deleted: false,
  _meta: { lwt: 1 },
  _attachments: {},
})
const create = async (on: SealedReplica, body: ReturnType<typeof submission>) => {
  const document = stored(body) as never
  expect(await on.store.write('submissions', [{ id: body.id, document }])).toEqual({ ok: true })
}
/** As builds from before have sent a long submission: in parts, each of them refused. */
async function takenApart(on: SealedReplica, body: ReturnType<typeof submission>): Promise<number[]> {
  await create(on, body)
  const [whole] = await on.store.pending()
  if (whole === undefined) throw new Error('nothing waits')
  const { body: document, ...rest } = whole
  const parts = [['draftId', 'definitionId'], ['answers'], ['submittedAt', 'draftRev']].map(
    (names, index): OutboxEntry => ({
      ...rest,
      n: whole.n + index,
      fields: whole.fields.filter(([field]) => names.includes(field)),
      state: STATE.handed,
      ...(index === 0 && document && { body: document }),
    }),
  )
  const outbox = await Promise.all(parts.map((part) => sealEntry(on.core.sealer, part)))
  await on.core.update(
    async () => undefined,
    async () => ({ changes: { outbox, next: whole.n + parts.length }, result: undefined }),
  )
  const numbers = parts.map(({ n }) => n)
  const answers = numbers.map((n) => [n, QUARANTINED, 0, 0, 'invalid_document'] as const)
  await on.store.reconcile({ rows: [], answers })
  return numbers
}
const sent = ({ id: _, ...fields }: ReturnType<typeof submission>) => ({ ...fields, draftRev: 0 })

it.each([0, 1, 2])(
  '[R61] a new document that an older build took apart goes whole when it is retried, by part %s',
  async (part) => {
    const on = await replica()
    const body = submission()
    const numbers = await takenApart(on, body)
    expect(await on.store.exportUnsent()).toEqual([
      expect.objectContaining({ documentId: body.id, mutation: numbers[0], fields: sent(body) }),
    ])
    await on.store.retry(numbers[part] ?? 0)
    const batch = await on.store.takeBatch()
    expect(batch.map(([, , id, base]) => [id, base])).toEqual([[body.id, 0]])
    expect(Object.fromEntries(batch[0]?.[5].map(([field, value]) => [field, value]) ?? [])).toEqual(
      sent(body),
    )
    expect(await on.store.pending()).toHaveLength(1)
  },
)

it('[R61] and is discarded as one, with all that was in it', async () => {
  const on = await replica()
  const body = submission()
  const [number = 0] = await takenApart(on, body)
  expect(await on.store.discard(number)).toMatchObject({ documentId: body.id, fields: sent(body) })
  expect(await on.store.pending()).toEqual([])
})

it('[R2] what becomes refused waits for the disk: it is never sent again, and hello says so', async () => {
  const on = await replica()
  const draft = randomUUID()
  const before = { id: draft, answers: { a: 1 }, contested: {}, updatedAt: 1 }
  await on.store.reconcile({ rows: [[DRAFTS, draft, 1, 0, before]], from: 0, to: { e: 1, s: 1, k: 'k' } })
  const [known] = await on.store.loadCollection('drafts')
  if (known === undefined) throw new Error('no draft')
  const document = { ...known, ...stored({ ...before, answers: { a: 2 } }), _rev: '2-b' } as never
  expect(await on.store.write('drafts', [{ id: draft, document, previous: known }])).toEqual({ ok: true })
  const [[number = 0] = []] = await on.store.takeBatch()
  const written = vi.spyOn(on.database, 'write')
  await on.store.reconcile({ rows: [], answers: [[number, QUARANTINED, 0, 0, 'not_permitted']] })
  expect(written.mock.calls.map(([, options]) => options?.durability)).toEqual(['strict'])
  expect(await on.store.lowestResent()).toBe(number + 1)
})
