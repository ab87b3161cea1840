/**
 * A device that pushes as fast as it is answered, over the real protocol, and does after a crash what the product's
 * own client does: the same numbers again until there is an answer (protocol P8, P9, P14).
 */
import type {
  Cursor,
  HelloAnswer,
  Mutation,
  MutationAnswer,
  PushAnswer,
} from '../../shared/protocol/messages.ts'
import { type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { connect, helloOf, type SocketDevice } from '../harness/socket-device.ts'
import type { Ledger, Look, Written } from './ledger.ts'
import { DRAFTS } from './observer.ts'
import type { Random } from './random.ts'

interface Request {
  readonly mutations: readonly Mutation[]
  readonly written: readonly Written[]
}
export interface WriterOptions {
  readonly url: string
  readonly email: string
  readonly name: string
  /** Nobody else writes it, so that its revision counts this writer's mutations. */
  readonly document: string
  readonly rev: number
  readonly ledger: Ledger
  readonly random: Random
}

/** Fields are used in turn, so that the document does not grow without end. */
const FIELDS = 60
const PATIENCE_MS = 60_000

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export class SocketWriter {
  readonly #options: WriterOptions
  #signedIn: SignedInDevice | undefined
  #socket: SocketDevice | undefined
  #cursor: Cursor | null = null
  #number = 0
  #rev: number
  #doubt: Request | undefined
  /** Of this cycle: what was answered, to be asked for again. */
  #answered: { mutation: Mutation; answer: MutationAnswer }[] = []

  constructor(options: WriterOptions) {
    this.#options = options
    this.#rev = options.rev
  }

  get document(): string {
    return this.#options.document
  }
  get rev(): number {
    return this.#rev
  }

  /** Writes until it is over; whatever fails meanwhile is tried again, with the same numbers. */
  async load(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      try {
        await this.#pushOnce(await this.#connected())
        await pause(this.#options.random.between(0, 10))
      } catch {
        this.#disconnect()
        await pause(20)
      }
    }
  }

  /** Before anything is sent again: is what got no answer there as a whole, or not at all? */
  checkDoubt(when: string, look: Look): void {
    if (this.#doubt) this.#options.ledger.checkWhole(when, this.#doubt.written, look)
  }

  /** After the return: gets the answers that are missing, and the answers that were given, once more. */
  async resume(when: string): Promise<void> {
    const { ledger } = this.#options
    const deadline = Date.now() + PATIENCE_MS
    for (;;) {
      try {
        const socket = await this.#connected()
        if (this.#doubt) await this.#pushOnce(socket)
        if (this.#doubt) throw new Error('not answered yet')
        const again = this.#answered.slice(-400)
        if (again.length > 0) {
          const answers = (
            await this.#push(
              socket,
              again.map(({ mutation }) => mutation),
            )
          ).answers
          for (const [index, { answer }] of again.entries())
            if (JSON.stringify(answers[index]) !== JSON.stringify(answer))
              ledger.complain(
                'repeated',
                `${when}: ${JSON.stringify(answer)} became ${JSON.stringify(answers[index])}`,
              )
        }
        this.#answered = []
        return
      } catch (error) {
        this.#disconnect()
        if (Date.now() > deadline) throw new Error(`${when}: no way back to the server`, { cause: error })
        await pause(50)
      }
    }
  }

  close(): void {
    this.#disconnect()
  }

  #disconnect(): void {
    this.#socket?.socket.disconnect()
    this.#socket = undefined
  }

  async #connected(): Promise<SocketDevice> {
    // What is said on one that died is kept for a connection that never comes, and answered by nobody.
    if (this.#socket?.socket.connected) return this.#socket
    const { url, email, name, ledger } = this.#options
    this.#signedIn ??= await signIn(url, email, { deviceName: name })
    const connected = await connect(url, this.#signedIn.handshake({}, url))
    if (!connected.ok) {
      if (/not_authenticated|session_expired/.test(JSON.stringify(connected.error))) await this.#signInAgain()
      throw new Error(JSON.stringify(connected.error))
    }
    const hello = { ...helloOf(this.#signedIn), cursor: this.#cursor }
    const reply = await connected.device.ask('hello', hello)
    if (reply.ok === undefined) {
      connected.device.socket.disconnect()
      throw new Error(reply.error)
    }
    const { mode, head, last } = reply.ok as HelloAnswer
    const lastAnswered = this.#answered.at(-1)?.answer[0] ?? 0
    if ((this.#cursor !== null && (mode !== 'delta' || head.s < this.#cursor.s)) || last < lastAnswered)
      ledger.complain(
        'lost',
        `${name}: had ${JSON.stringify(this.#cursor)}, the server says ${JSON.stringify(reply.ok)}`,
      )
    this.#socket = connected.device
    return connected.device
  }

  /** Tokens end after some minutes, sockets with them; the device stays the same one. */
  async #signInAgain(): Promise<void> {
    const { url, email, name } = this.#options
    const { deviceId } = this.#signedIn ?? {}
    this.#signedIn = await signIn(url, email, { deviceName: name, ...(deviceId && { deviceId }) })
  }

  async #pushOnce(socket: SocketDevice): Promise<void> {
    this.#doubt ??= this.#compose()
    const { mutations, written } = this.#doubt
    const { answers } = await this.#push(socket, mutations)
    const { ledger, name } = this.#options
    this.#doubt = undefined
    for (const [index, mutation] of mutations.entries()) {
      const answer = answers[index]
      if (answer?.[1] !== 0) ledger.complain('lost', `${name}: answered ${JSON.stringify(answer)}`)
      else {
        ledger.checkRevision(name, this.#rev + 1, answer[2])
        this.#rev = answer[2]
        ledger.promise(written[index] as Written)
        this.#answered.push({ mutation, answer })
      }
    }
  }

  async #push(socket: SocketDevice, mutations: readonly Mutation[]): Promise<PushAnswer> {
    const reply = await socket.ask('push', { client: this.#signedIn?.clientId, mutations })
    if (reply.ok === undefined) throw new Error(reply.error)
    const answer = reply.ok as PushAnswer
    this.#cursor = answer.changes.to
    return answer
  }

  #compose(): Request {
    const { document, random, ledger, name } = this.#options
    const count = random.between(1, 3)
    const mutations: Mutation[] = []
    const written: Written[] = []
    for (let index = 0; index < count; index += 1) {
      this.#number += 1
      const key = `${name}-${this.#number % FIELDS}`
      const value = String(this.#number)
      const fields = new Map([
        [`${key}-first`, value],
        [`${key}-second`, value],
      ])
      const changes = [...fields].map(([field, text]): [string, string] => [`answers/${field}`, text])
      mutations.push([this.#number, DRAFTS, document, this.#rev, Date.now(), changes])
      written.push({ document, fields })
      ledger.writes += 1
    }
    return { mutations, written }
  }
}
