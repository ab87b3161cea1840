/**
 * One socket's life: its rooms, its end when the ticket ends, and the path of every event: limit, session, depth,
 * schema, service, reply. An event that is not understood is answered `invalid_message` and never throws.
 */
import type { z } from 'zod'
import { err, type Result } from '../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import { Hello, PullRequest, PushRequest } from '../../shared/protocol/messages.ts'
import { LIMITS } from '../../shared/protocol/terms.ts'
import type { Question } from '../../shared/protocol/versions.ts'
import type { Actor } from '../replication/actor.ts'
import { createBudget } from './event-budget.ts'
import { type FanOut, rooms } from './fan-out.ts'
import type { GatewayDeps, PortalSocket } from './gateway.ts'
import { depthWithin } from './value-depth.ts'

interface Deps extends GatewayDeps {
  readonly fanOut: FanOut
}
type Send = (answer: unknown) => void

const notUnderstood = refusal('invalid_message', 'The message is not understood.')
const tooFast = refusal('rate_limited', 'Too many messages. Wait a moment.')
const later = refusal('unavailable', 'The server could not do this now. Nothing was changed; try again.')
/** Messages that nobody's honest app sends; after so many the socket is cut. */
const BAD_MESSAGES = 50
const LONGEST_TIMER = 2 ** 31 - 1

export function serveSocket(socket: PortalSocket, deps: Deps): void {
  const { identity, caller, wire } = socket.data
  const connection = { device: identity.actor.deviceId ?? '', schema: socket.data.schema, client: '' }
  const budget = createBudget(deps.clock)
  let bad = 0

  void socket.join([
    rooms.account(identity.actor.accountId),
    rooms.session(identity.sessionId),
    rooms.device(identity.actor.deviceId ?? identity.sessionId),
  ])
  let end: ReturnType<typeof setTimeout> | undefined
  /** At the end of the ticket or, if that is sooner, of the grant: the next hello says what counts then. */
  const cutAt = (time: number) => {
    clearTimeout(end)
    const ms = Math.min(LONGEST_TIMER, Math.max(0, Math.min(time, identity.expiresAt) - deps.clock.now()))
    end = setTimeout(() => socket.disconnect(true), ms)
  }
  cutAt(identity.expiresAt)
  socket.on('disconnect', () => clearTimeout(end))

  const refuse = (send: Send, { code, detail }: Refusal) => {
    send(wire.refusal({ error: code, detail }))
    if (code === 'invalid_message' && ++bad >= BAD_MESSAGES) socket.disconnect(true)
  }

  /** The actor as of now; undefined after the refusal was sent (and, where the session ended, the socket cut). */
  const actorNow = async (send: Send): Promise<Actor | undefined> => {
    if (!budget.take()) return void refuse(send, tooFast)
    const who = await deps.authenticate.stillIn(identity, caller)
    if (who.ok) return who.value
    refuse(send, who.error)
    if (who.error.code === 'device_revoked')
      socket.emit('wipe', wire.notice('wipe', { reason: 'device_revoked' }))
    else socket.disconnect(true)
    return undefined
  }

  /** Undefined for what is not understood. */
  const understand = <T>(event: Question, schema: z.ZodType<T>, raw: unknown): T | undefined => {
    try {
      const message = wire.question(event, raw, connection)
      return depthWithin(message, LIMITS.jsonDepth) ? schema.safeParse(message).data : undefined
    } catch {
      return undefined
    }
  }

  const serve = <T>(
    event: Question,
    schema: z.ZodType<T>,
    call: (actor: Actor, message: T, send: (result: Result<unknown, Refusal>) => void) => Promise<void>,
  ) => {
    return (...given: unknown[]) => {
      const [raw, reply] = given
      if (typeof reply !== 'function' || given.length !== 2) {
        if (++bad >= BAD_MESSAGES) socket.disconnect(true)
        return
      }
      const send: Send = (answer) => void reply(answer)
      const run = async () => {
        const actor = await actorNow(send)
        if (actor === undefined) return
        const message = understand(event, schema, raw)
        if (message === undefined) return refuse(send, notUnderstood)
        await call(actor, message, (result) =>
          result.ok ? send(wire.answer(event, { ok: result.value }, message)) : refuse(send, result.error),
        )
      }
      run().catch((error: unknown) => {
        if (!deps.outages.note(error)) deps.logger.error({ err: error }, 'socket event failed')
        refuse(send, later)
      })
    }
  }

  socket.on(
    'hello',
    serve('hello', Hello, (actor, message, send) =>
      deps.fanOut.entering(socket, message.client, async () => {
        // A connection has one client, which every later message is about.
        if (connection.client !== '' && connection.client !== message.client && wire.protocol > 1) {
          send(err(notUnderstood))
          return undefined
        }
        const result = await deps.sync.hello(actor, message)
        if (result.ok) connection.client = message.client
        send(result)
        if (!result.ok) return undefined
        const { head, grant } = result.value
        cutAt(grant?.until ?? identity.expiresAt)
        return { head, generation: grant?.g }
      }),
    ),
  )
  socket.on(
    'push',
    serve('push', PushRequest, async (actor, message, send) => send(await deps.sync.push(actor, message))),
  )
  socket.on(
    'pull',
    serve('pull', PullRequest, async (actor, message, send) => send(await deps.sync.pull(actor, message))),
  )
  socket.on('wiped', (...given: unknown[]) => {
    const reply = given.at(-1)
    const deviceId = identity.actor.deviceId
    if (typeof reply !== 'function' || deviceId === null || !budget.take()) return
    deps.markWiped(deviceId, caller).then(
      () => {
        reply(wire.done())
        socket.disconnect(true)
      },
      (error: unknown) => {
        deps.logger.error({ err: error }, 'wiped could not be noted')
        reply(wire.refusal({ error: later.code, detail: later.detail }))
      },
    )
  })
}
