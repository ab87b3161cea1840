/** Three tabs of a device, and what becomes of the one that holds the socket. SPEC: client/replica/SPEC.md, R21. */
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assignedDraft } from '../harness/assigned-draft.ts'
import { createFakeServer, type FakeServer } from './fake-server.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

let server: FakeServer
let tabs: TestDevice[]
const draftId = randomUUID()
const otherId = randomUUID()

async function openTab(): Promise<TestDevice> {
  const { email, password, fetch, openSocket } = server
  const [first] = tabs
  const tab = await createTestDevice({
    url: 'http://portal.test',
    email,
    password,
    name: `tab ${tabs.length + 1}`,
    network: { fetch, openSocket },
    collections: ['drafts'],
    ...(first && { tabOf: first }),
  })
  tabs.push(tab)
  await tab.settled()
  return tab
}
const answer = async (on: TestDevice, key: string, id = draftId) =>
  (await on.db.drafts.findOne(id).exec(true)).incrementalModify((data) => ({
    ...data,
    answers: { ...data.answers, [key]: key },
  }))
const shows = (on: TestDevice, ...keys: string[]) =>
  on.untilDocument('drafts', draftId, ({ answers }) =>
    keys.every((key) => Object.keys(answers as object).includes(key)),
  )
/** Time passes for these tabs until something is so. */
const inTime = (those: TestDevice[], so: () => boolean) =>
  expect
    .poll(
      async () => {
        for (const tab of those) await tab.runTimers()
        return so()
      },
      { timeout: 60_000 },
    )
    .toBe(true)
/** No mutation took effect twice. */
const once = () => {
  const numbers = server.effects.map(([number]) => number)
  expect(new Set(numbers).size).toBe(numbers.length)
}
const has = (...keys: string[]) => {
  const answers = (server.body(draftId)?.answers ?? {}) as { [key: string]: unknown }
  return keys.every((key) => answers[key] === key)
}

beforeEach(() => {
  server = createFakeServer()
  tabs = []
  for (const id of [draftId, otherId]) server.put('drafts', assignedDraft(id))
})
afterEach(async () => {
  for (const tab of tabs.splice(0)) await tab[Symbol.asyncDispose]()
})

describe('[R21] the tab that holds the socket', () => {
  it('is frozen: another takes the socket, and it follows when it wakes', async () => {
    const one = await openTab()
    const [two, three] = [await openTab(), await openTab()]
    one.freeze()
    await answer(two, 'typed in two')
    await answer(three, 'typed in three')
    await inTime([two, three], () => has('typed in two', 'typed in three'))
    expect(server.devices()).toHaveLength(1)
    for (const tab of [two, three]) await tab.settled()

    one.thaw()
    await shows(one, 'typed in two', 'typed in three')
    await answer(one, 'after the thaw')
    await expect.poll(() => has('after the thaw')).toBe(true)
    for (const tab of tabs) {
      await tab.settled()
      await shows(tab, 'after the thaw')
    }
    expect(server.devices()).toHaveLength(1)
    once()
  })

  it('is frozen before the answer to its push came: nothing has an effect twice', async () => {
    const one = await openTab()
    const two = await openTab()
    server.loseNextAck()
    await answer(one, 'q')
    await expect.poll(() => has('q')).toBe(true)
    one.freeze()
    await answer(two, 'r')
    await inTime([two], () => has('q', 'r'))
    await two.settled()
    one.thaw()
    await one.settled()
    await shows(one, 'q', 'r')
    once()
    expect(server.devices()).toHaveLength(1)
  })

  it('crashes between a commit and the word of it: the next one shows what that one has written', async () => {
    const one = await openTab()
    const two = await openTab()
    one.mute()
    server.put('drafts', { ...(server.body(draftId) as { id: string }), answers: { q: 'q' } })
    await shows(one, 'q')
    one.crash()
    await shows(two, 'q')
  })

  it('was never told what a tab wrote that crashed: it looks for it once it has written itself', async () => {
    const one = await openTab()
    const two = await openTab()
    // Whose answers the server takes is shown again when it has: here it takes none.
    for (const tab of [one, two]) tab.goOffline()
    two.mute()
    await answer(two, 'untold', otherId)
    two.crash()
    await answer(one, 'q')
    let answers: unknown
    one.db.drafts.findOne(otherId).$.subscribe((draft) => {
      answers = draft?.answers
    })
    await inTime([one], () => JSON.stringify(answers) === '{"untold":"untold"}')
  })

  it('crashes after a push whose answer is lost: the next one gets the same answer', async () => {
    const one = await openTab()
    const [two, three] = [await openTab(), await openTab()]
    server.loseNextAck()
    await answer(three, 'typed in three')
    await expect.poll(() => has('typed in three')).toBe(true)
    one.crash()
    await two.settled()
    await three.settled()
    expect(server.devices()).toHaveLength(1)
    once()
  })
})
