/** What breaks off goes on where it broke off: bytes are counted. SPEC: client/replica/SPEC.md, R10, R24. */
import { randomBytes } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { giveDocuments } from '../harness/many-documents.ts'
import { badLines } from './bad-line.ts'

/** Two pages of a pull. */
const DRAFTS = 2_000
const lines = badLines()
const { onABadLine, held } = lines
/** Does not compress to nothing. */
const text = (length: number) => randomBytes(length).toString('base64').slice(0, length)

const drafts = async () =>
  [...(await held())].filter(([, { body }]) => body.formKey === 'gad-7' && body.assignedAt !== undefined)

beforeAll(async () => {
  const [, form] = (await drafts())[0] ?? []
  const { definitionId = null, formKey = null } = form?.body ?? {}
  await giveDocuments(lines.portal, 'drafts', DRAFTS, (_, at) => ({
    definitionId,
    formKey,
    title: text(150),
    status: 'assigned',
    assignedAt: at,
    answers: {},
    contested: {},
  }))
})

it('[R10] a first pull that is reset in the middle of a page goes on at that page', async () => {
  const whole = await onABadLine('first')
  await whole.settled()
  const { down } = whole.network.take()
  let broke = false
  const line = await onABadLine('second', (network) => {
    void network.resetAfter(down * 0.85).then(() => {
      broke = true
    })
  })
  await line.settled()
  expect(broke).toBe(true)
  // 85 %, and at most the second of two pages again; from the start it would be 185 %.
  expect(line.network.take().down).toBeLessThan(down * 1.5)
  const mine = await line.device.db.drafts.find({ selector: { formKey: 'gad-7' } }).exec()
  expect(mine.map(({ id }) => id).sort()).toEqual((await drafts()).map(([id]) => id).sort())
})

it('[R24] a thousand changes made offline arrive over 512 kbit/s with 15 % resets, each once', async () => {
  const line = await onABadLine('phone')
  const { device, network } = line
  await line.settled()
  device.goOffline()
  const before = await held()
  const found = await device.db.drafts.find({ selector: { formKey: 'gad-7' } }).exec()
  const mine = found.slice(0, 1_000)
  const typed = new Map(mine.map(({ id }) => [id, text(100)]))
  await Promise.all(
    mine.map((draft) =>
      draft.incrementalModify((data) => ({
        ...data,
        status: 'draft' as const,
        answers: { ...data.answers, 'gad7-note': typed.get(draft.id) ?? '' },
      })),
    ),
  )
  expect(typed.size).toBe(1_000)
  network.become({ bytesPerSecond: 64_000, latencyMs: 50, resetAtConnect: 0.15, resetOnTheWay: 0.15 })
  network.take()
  device.goOnline()
  await line.settled()
  const { up, connections, resets } = network.take()
  expect(resets).toBeGreaterThan(0)
  expect(connections).toBeLessThan(150)
  // A mutation is 200 bytes and more before it is packed.
  expect(up).toBeLessThan(typed.size * 400)
  const after = await held()
  for (const [id, value] of typed)
    expect(after.get(id)).toMatchObject({
      rev: (before.get(id)?.rev ?? 0) + 1,
      body: { answers: { 'gad7-note': value } },
    })
})
