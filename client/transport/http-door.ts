/**
 * The socket's requests over plain HTTP, for networks that let no socket through: nothing is announced here, so the
 * link asks again from time to time. An answer is looked at before it is believed. SPEC: client/replica/SPEC.md, R23, R27.
 */
import type { ErrorCode } from '../../shared/protocol/errors.ts'
import type { HelloAnswer, PullAnswer, PushAnswer, Reply } from '../../shared/protocol/messages.ts'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { type Http, problemCode } from './http.ts'
import { type PortalSocket, SocketTimeout } from './socket.ts'

/** `token`: null where there is none to be had. */
export function openHttpDoor(http: Http, token: () => Promise<string | null>): PortalSocket {
  const ask = async <T>(
    event: 'hello' | 'push' | 'pull',
    body: unknown,
    isSound: (answer: unknown) => boolean,
  ): Promise<Reply<T>> => {
    const value = await token()
    if (value === null) throw new SocketTimeout('no token')
    const answer = await http({ method: 'POST', path: `${SYNC_HTTP}/${event}`, token: value, body })
    const code = problemCode(answer)
    if (answer.status >= 400 && code !== null) return { error: code as ErrorCode, detail: '' }
    if (answer.status !== 200 || !isSound(answer.body))
      throw new SocketTimeout(`no answer to ${event}`, answer.why)
    return { ok: answer.body as T }
  }
  return {
    hello: (message) => ask<HelloAnswer>('hello', message, (it) => has(it, 'mode', 'head', 'last')),
    push: (message) => ask<PushAnswer>('push', message, (it) => has(it, 'answers', 'changes')),
    pull: (message) => ask<PullAnswer>('pull', message, isPage),
    wiped: () => Promise.reject(new SocketTimeout('only sockets carry it')),
    close: () => {},
  }
}

export const isPage = (answer: unknown): answer is PullAnswer =>
  has(answer, 'rows', 'next', 'upTo', 'done', 'head') && Array.isArray(Reflect.get(answer, 'rows'))

const has = (value: unknown, ...names: string[]): value is object =>
  typeof value === 'object' && value !== null && names.every((name) => Reflect.has(value, name))
