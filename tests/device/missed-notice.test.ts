/** A notice that never came, on a socket that is sound. SPEC: shared/protocol/SPEC.md, P30. */
import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { createFakeServer } from './fake-server.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

let device: TestDevice
afterEach(() => device[Symbol.asyncDispose]())

it('[P30] is found when the server repeats where the feed stands, and nothing is asked for where nothing is missing', async () => {
  const server = createFakeServer()
  const draft = {
    id: randomUUID(),
    definitionId: randomUUID(),
    formKey: 'x',
    title: 'X',
    status: 'assigned',
    assignedAt: 1,
    contested: {},
  }
  server.put('drafts', { ...draft, answers: {} })
  let pulls = 0
  device = await createTestDevice({
    url: 'http://portal.test',
    email: server.email,
    password: server.password,
    name: 'phone',
    network: {
      fetch: server.fetch,
      openSocket(options) {
        const socket = server.openSocket(options)
        return {
          ...socket,
          pull(message) {
            pulls += 1
            return socket.pull(message)
          },
        }
      },
    },
    collections: ['drafts'],
  })
  await device.settled()
  pulls = 0
  server.unheard(() => server.put('drafts', { ...draft, answers: { q: 'from the clinic' } }))
  server.repeatHead()
  await device.untilDocument('drafts', draft.id, ({ answers }) => 'q' in (answers as object))
  expect(pulls).toBe(1)

  server.repeatHead()
  // Whatever that had caused would be on its way before this one's effect is here.
  server.put('drafts', { ...draft, answers: { q: 'from the clinic', r: 'and more' } })
  await device.untilDocument('drafts', draft.id, ({ answers }) => 'r' in (answers as object))
  expect(pulls).toBe(1)
})
