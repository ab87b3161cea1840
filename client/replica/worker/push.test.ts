import { expect, it } from 'vitest'
import type { Mutation, PushRequest } from '../../../shared/protocol/messages.ts'
import type { PortalSocket } from '../../transport/socket.ts'
import { pushAll } from './push.ts'
import type { ReplicaStore } from './replica-store.ts'

const mutations = Array.from({ length: 9 }, (_, n): Mutation => [n + 1, 6, 'd', 1, 1, [['a', n]]])

it('[R12] sets the one mutation aside that the server cannot read, and sends all others', async () => {
  let waiting = [...mutations]
  const refused: number[] = []
  const accepted: number[] = []
  const store = {
    takeBatch: async (limit: number) => waiting.slice(0, limit),
    reconcile: async ({ answers = [] }) => {
      const done = answers.map(([number]: readonly [number, ...unknown[]]) => number)
      for (const [number, , , , reason] of answers as [number, number, number, number, string?][])
        (reason === undefined ? accepted : refused).push(number)
      waiting = waiting.filter(([number]) => !done.includes(number))
      return { gap: false, settled: [] }
    },
  } as unknown as ReplicaStore
  const socket = {
    push: async ({ mutations: batch }: PushRequest) =>
      batch.some(([number]) => number === 5)
        ? { error: 'invalid_message', detail: '' }
        : {
            ok: {
              answers: batch.map(([number]) => [number, 0, 2, 1]),
              changes: { client: 'c', from: 0, to: { e: 1, s: 1, k: '' }, rows: [] },
            },
          },
  } as unknown as PortalSocket
  const quiet = () => {}
  const result = await pushAll(socket, {
    store,
    client: 'c',
    onInFlight: quiet,
    onSettled: quiet,
    onGap: quiet,
  })
  expect(result).toEqual({ done: 'empty' })
  expect(refused).toEqual([5])
  expect(accepted.sort()).toEqual([1, 2, 3, 4, 6, 7, 8, 9])
})
