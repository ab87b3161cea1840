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

it('[R12] sends the next batch as soon as one is answered, while the answers are written; never two at a time', async () => {
  const all = Array.from({ length: 150 }, (_, n): Mutation => [n + 1, 6, 'd', 1, 1, [['a', n]]])
  const said: string[] = []
  let waiting = all
  let sending = 0
  let write = () => {}
  const store = {
    takeBatch: async (_limit: number, _room: number, after = 0) =>
      waiting.filter(([number]) => number > after).slice(0, 60),
    reconcile: async ({ answers = [] }) => {
      const numbers = answers.map(([number]: readonly [number, ...unknown[]]) => number)
      said.push(`write ${numbers[0]}`)
      await new Promise<void>((resolve) => {
        write = resolve
      })
      waiting = waiting.filter(([number]) => !numbers.includes(number))
      said.push(`written ${numbers[0]}`)
      return { gap: false, settled: [] }
    },
  } as unknown as ReplicaStore
  const socket = {
    push: async ({ mutations: batch }: PushRequest) => {
      expect(++sending).toBe(1)
      said.push(`send ${batch[0]?.[0]}`)
      write()
      await new Promise((resolve) => setImmediate(resolve))
      sending -= 1
      return {
        ok: {
          answers: batch.map(([number]) => [number, 0, 2, 1]),
          changes: { client: 'c', from: 0, to: { e: 1, s: 1, k: '' }, rows: [] },
        },
      }
    },
  } as unknown as PortalSocket
  const quiet = () => {}
  const pushed = pushAll(socket, { store, client: 'c', onInFlight: quiet, onSettled: quiet, onGap: quiet })
  await expect.poll(() => said.at(-1)).toBe('write 121')
  write()
  expect(await pushed).toEqual({ done: 'empty' })
  const expected = ['send 1', 'write 1', 'send 61', 'written 1', 'write 61', 'send 121', 'written 61']
  expect(said).toEqual([...expected, 'write 121', 'written 121'])
})
