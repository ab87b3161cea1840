/**
 * A device that only reads, over HTTP: it keeps what its pulls brought, from its own cursor on. Whatever a later pull
 * does not bring was committed behind its back, which a pull from zero shows (protocol P19).
 */
import { setTimeout as pause } from 'node:timers/promises'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { Cursor, HelloAnswer, PullAnswer } from '../../shared/protocol/messages.ts'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { helloOf } from '../harness/socket-device.ts'

export interface SeenDocument {
  readonly rev: number
  readonly body: { readonly [field: string]: unknown }
}

const PATIENCE_MS = 60_000

export class Observer {
  readonly #email: string
  readonly #url: string
  #device: SignedInDevice | undefined
  #cursor: Cursor | null = null
  documents = new Map<string, SeenDocument>()

  constructor(url: string, email: string) {
    this.#url = url
    this.#email = email
  }

  async #ask<T>(path: string, body: (device: SignedInDevice) => unknown): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS
    let isRenewed = false
    for (;;) {
      this.#device ??= await signIn(this.#url, this.#email, { deviceName: 'Observer' })
      const answer = await this.#device.fetch(SYNC_HTTP + path, { method: 'POST', body: body(this.#device) })
      if (answer.status === 200) return answer.body as T
      // One of Postgres's processes was killed, and it takes all others down a moment later.
      if (answer.status === 503 && Date.now() < deadline) {
        await pause(100)
        continue
      }
      // Access tokens end after some minutes.
      if (answer.status !== 401 || isRenewed) throw new Error(`${path}: ${answer.status} ${answer.text}`)
      isRenewed = true
      this.#device = undefined
    }
  }

  /** Complaints: a history that does not continue the one seen before. */
  async catchUp(): Promise<string[]> {
    const cursor = this.#cursor
    const { mode, head } = await this.#ask<HelloAnswer>('/hello', (device) => ({
      ...helloOf(device),
      cursor,
    }))
    const complaints: string[] = []
    if (cursor !== null && (mode !== 'delta' || head.s < cursor.s))
      complaints.push(
        `position ${JSON.stringify(cursor)} was given out; the server has ${JSON.stringify(head)}`,
      )
    this.#cursor = await this.#pull(cursor?.s ?? 0, this.documents)
    return complaints
  }

  /** Does a pull from zero show what all the small ones did? */
  async checkFeed(): Promise<string[]> {
    const all = new Map<string, SeenDocument>()
    await this.#pull(0, all)
    const flat = (documents: typeof all) =>
      new Map([...documents].map(([id, one]) => [id, JSON.stringify(one)]))
    const [seen, there] = [flat(this.documents), flat(all)]
    return [...there]
      .filter(([id, text]) => seen.get(id) !== text)
      .map(([id]) => `document ${id} was passed by`)
  }

  async #pull(from: number, into: Map<string, SeenDocument>): Promise<Cursor> {
    let after = from
    let upTo: number | null = null
    for (;;) {
      const page: PullAnswer = await this.#ask<PullAnswer>('/pull', ({ clientId }) => ({
        client: clientId,
        after,
        upTo,
      }))
      for (const row of page.rows) if (row[3] === 0) into.set(row[1], { rev: row[2], body: row[4] })
      if (page.done) return page.head
      after = page.next
      upTo = page.upTo
    }
  }

  look = (document: string, field: string): string | undefined => {
    const answers = this.documents.get(document)?.body.answers as Record<string, string> | undefined
    return answers?.[field]
  }
  rev = (document: string): number => this.documents.get(document)?.rev ?? 0

  drafts(): string[] {
    return [...this.documents]
      .filter(([, { body }]) => 'formKey' in body && 'answers' in body)
      .map(([id]) => id)
  }
}

export const DRAFTS = COLLECTIONS.drafts.number
