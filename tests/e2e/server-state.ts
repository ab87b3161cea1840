/** The demo client's documents as the database has them, asked by another device. */
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import { type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { connectDevice, helloOf, type SocketDevice } from '../harness/socket-device.ts'

export interface ServerDocument {
  readonly id: string
  readonly rev: number
  readonly body: { readonly [field: string]: unknown }
}

/** A second device of the demo client, with a socket that is open until it is disposed. */
export interface SecondDevice extends Disposable {
  documents(collection: 'drafts' | 'submissions'): Promise<ServerDocument[]>
  /** Writes one answer of a draft, as its first change or the next. */
  answer(draft: ServerDocument, question: string, value: unknown): Promise<void>
}

export async function secondDevice(url: string): Promise<SecondDevice> {
  const device: SignedInDevice = await signIn(url, 'client@demo.test', { deviceName: 'Second device' })
  const socket: SocketDevice = await connectDevice(device)
  const { clientId: client } = device
  await socket.ask('hello', helloOf(device))
  let number = 0
  return {
    async documents(collection) {
      const { ok } = await socket.ask('pull', { client, after: 0, upTo: null })
      const { rows } = ok as { rows: [number, string, number, number, ServerDocument['body']][] }
      return rows
        .filter(([of]) => of === COLLECTIONS[collection].number)
        .map(([, id, rev, , body]) => ({ id, rev, body }))
    },
    async answer({ id, rev }, question, value) {
      number += 1
      const changes = [[`answers/${question}`, value]]
      const mutations = [[number, COLLECTIONS.drafts.number, id, rev, Date.now(), changes]]
      const { ok, error } = await socket.ask('push', { client, mutations })
      if (ok === undefined) throw new Error(`the second device could not write: ${error}`)
    },
    [Symbol.dispose]: () => socket[Symbol.dispose](),
  }
}
