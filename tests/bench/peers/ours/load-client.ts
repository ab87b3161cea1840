/** A device of suite C over the app's own connection: each push fills in a draft, answered when it is committed. */
import { COLLECTIONS } from '../../../../shared/protocol/collections.ts'
import type { Mutation } from '../../../../shared/protocol/messages.ts'
import { enterAs, type KnownDevice } from '../../device-socket.ts'

interface Given {
  readonly url: string
  readonly index: number
  readonly mode: string
  /** Port on which the bench's server says who may come in. */
  readonly control: string
}
interface Visitor extends KnownDevice {
  readonly drafts: readonly string[]
}

export async function connectTo({ url, index, mode, control }: Given) {
  const answer = await fetch(`http://127.0.0.1:${control}/visitor?i=${index}&mode=${mode}`)
  const visitor = (await answer.json()) as Visitor
  const socket = await enterAs(`http://${url}`, visitor)
  const revs = new Map<string, number>()
  let number = 0
  return {
    async push({ answers }: { readonly answers: { readonly [field: string]: string } }): Promise<void> {
      const draft = visitor.drafts[number % visitor.drafts.length] ?? ''
      number += 1
      const changes = Object.entries(answers).map(([field, value]): [string, string] => [
        `answers/${field}`,
        value,
      ])
      const base = revs.get(draft) ?? 1
      const mutation: Mutation = [number, COLLECTIONS.drafts.number, draft, base, Date.now(), changes]
      const reply = await socket.push({ client: visitor.clientId, mutations: [mutation] })
      const [, outcome, rev] = ('error' in reply ? undefined : reply.ok.answers[0]) ?? []
      if (outcome !== 0 || rev === undefined) throw new Error(`Not accepted: ${JSON.stringify(reply)}`)
      revs.set(draft, rev)
    },
  }
}
