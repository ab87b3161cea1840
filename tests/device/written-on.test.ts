/** What is typed in the moment after Send was pressed belongs to somebody too. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  keepWritten,
  pressSend,
  sendNow,
  UNDO_MS,
  type Written,
} from '../../client/features/messages/outgoing.ts'
import type { Outgoing, ReplicaDatabase } from '../../client/replica/replica-database.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { DEMO_PASSWORD } from '../harness/sign-in.ts'
import { createTestDevice } from './test-device.ts'

const BY = { author: 'client', authorName: 'Rosa' } as const
const words = (body: string): Written => ({ subject: 'Tablets', body, priority: 'normal', attachments: [] })

let portal: RunningPortal
beforeAll(async () => {
  portal = await startPortal()
})
afterAll(() => portal.close())

const phone = () =>
  createTestDevice({
    url: portal.url,
    email: 'client@demo.test',
    password: DEMO_PASSWORD,
    name: 'phone',
    collections: 'all',
  })
const kept = async (db: ReplicaDatabase, place: string) =>
  (await db.outgoing.findOne(place).exec())?.toMutableJSON() as Outgoing | undefined
const said = async (db: ReplicaDatabase) => (await db.messages.find().exec()).map(({ body }) => body)

it('takes the message back where somebody writes on', async () => {
  await using device = await phone()
  const { db } = device
  await pressSend(db, 'new', words('May I'))
  expect(await kept(db, 'new')).toHaveProperty('sendAt')
  await keepWritten(db, 'new', words('May I take them before dinner?'))
  expect(await kept(db, 'new')).toMatchObject({ body: 'May I take them before dinner?' })
  expect(await kept(db, 'new')).not.toHaveProperty('sendAt')
})

it('goes on where the field only says again what was sent, or is empty', async () => {
  await using device = await phone()
  const { db } = device
  await pressSend(db, 'new', words('May I'))
  const sent = await kept(db, 'new')
  await keepWritten(db, 'new', words('May I'))
  await keepWritten(db, 'new', { ...words(''), subject: '' })
  expect(await kept(db, 'new')).toEqual(sent)
  expect(sent?.sendAt).toBeGreaterThan(Date.now() - UNDO_MS)
})

it('keeps the words that come while the message leaves, for another message', async () => {
  await using device = await phone()
  const { db } = device
  await pressSend(db, 'new', words('May I'))
  const sent = (await kept(db, 'new')) as Outgoing
  await Promise.all([sendNow(db, BY, sent), keepWritten(db, 'new', words('May I take them?'))])
  expect(await said(db)).toContain('May I')
  const next = (await kept(db, 'new')) as Outgoing
  expect(next).toMatchObject({ body: 'May I take them?' })
  expect(next.messageId).not.toBe(sent.messageId)
  await sendNow(db, BY, next)
  expect(await said(db)).toEqual(expect.arrayContaining(['May I', 'May I take them?']))
})
