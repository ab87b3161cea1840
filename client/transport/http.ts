/**
 * HTTP as values: a status and a parsed body, or status 0 and why there was no answer of ours. Networks put their own
 * pages in front of a server; what they say is never taken for the portal's word. A request ends when the line has
 * been quiet for too long, not when it is slow. Cookies stay in the browser. SPEC: client/replica/SPEC.md, R23.
 */

/**
 * `silent`: nobody answered, or the answer broke off. `gateway`: something before the server says that it does not
 * answer. `captive`: somebody else answered, as a network does that wants a sign-in of its own. `unavailable`: the portal's
 * own word that it cannot serve now.
 */
export type NoAnswer = 'silent' | 'gateway' | 'captive' | 'unavailable'

export interface HttpAnswer {
  /** 0: no answer of the portal's. */
  readonly status: number
  readonly body: unknown
  /** With status 0. */
  readonly why?: NoAnswer
}

export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  /** A part of a file, instead of a body. */
  readonly bytes?: Uint8Array<ArrayBuffer>
  readonly token?: string
  /** Of a create: asking again with the same has no second effect. */
  readonly idempotencyKey?: string
  /** A file is expected: an answer of 200 is its text. */
  readonly file?: boolean
  /** Bytes are expected: those of an answer of 200 go here as they come; what is waited for slows the line. */
  readonly onBytes?: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>
  /** The revision that was seen: the server does nothing where it is another by now. */
  readonly ifMatch?: number
  /** ms until it is given up, whatever arrived. Default: 2 minutes. */
  readonly longestMs?: number
}

export type Http = (request: HttpRequest) => Promise<HttpAnswer>

/** Makes the proofs that a server wants with every request. */
export interface Prover {
  /** The value of the `DPoP` header. */
  prove(request: { readonly method: string; readonly url: string; readonly token?: string }): Promise<string>
  /** A nonce that the server gave: good for the proofs from now on. */
  heard(nonce: string): void
}

/** Calls `run` after `ms`; the result cancels it. */
export type SetTimer = (run: () => void, ms: number) => () => void

/** Without a byte. */
const QUIET_MS = 20_000
const LONGEST_MS = 120_000
/** On every answer of the portal's API: an empty body would prove nothing. */
const MARK = 'x-portal'

export function createHttp(fetchIt: typeof fetch, origin: string, setTimer: SetTimer, prover?: Prover): Http {
  const once: Http = async (request) => {
    const {
      method,
      path,
      body,
      bytes,
      token,
      idempotencyKey,
      ifMatch,
      file = false,
      onBytes,
      longestMs = LONGEST_MS,
    } = request
    const controller = new AbortController()
    const give = () => controller.abort()
    // What is sent is not seen on its way: a part of a file takes a slow line its time.
    let cancelQuiet = setTimer(give, bytes === undefined ? QUIET_MS : longestMs)
    const cancelAll = setTimer(give, longestMs)
    const heard = () => {
      cancelQuiet()
      cancelQuiet = setTimer(give, QUIET_MS)
    }
    try {
      const url = origin + path
      const proof = await prover?.prove({ method, url, ...(token !== undefined && { token }) })
      const response = await fetchIt(url, {
        method,
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'manual',
        signal: controller.signal,
        headers: {
          accept: file || onBytes ? '*/*' : 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(bytes !== undefined && { 'content-type': 'application/octet-stream' }),
          ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
          ...(token !== undefined && { authorization: `DPoP ${token}` }),
          ...(proof !== undefined && { dpop: proof }),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(bytes !== undefined && { body: bytes }),
      })
      heard()
      const nonce = response.headers.get('dpop-nonce')
      if (nonce !== null) prover?.heard(nonce)
      return await read(response, request, heard)
    } catch {
      return nobody('silent')
    } finally {
      cancelQuiet()
      cancelAll()
    }
  }
  return async (request) => {
    const answer = await once(request)
    // The first proof of all has no nonce yet, and after a long sleep the one at hand is too old.
    return problemCode(answer) === 'use_dpop_nonce' ? once(request) : answer
  }
}

const nobody = (why: NoAnswer): HttpAnswer => ({ status: 0, body: null, why })

async function read(
  response: Response,
  { file, onBytes }: HttpRequest,
  heard: () => void,
): Promise<HttpAnswer> {
  const isWanted = response.status === 200 && response.headers.get(MARK) !== null
  if (isWanted && onBytes) {
    await readBytes(response, async (bytes) => {
      heard()
      await onBytes(bytes)
    })
    return { status: 200, body: null }
  }
  const text = await readText(response, heard)
  return isWanted && file ? { status: 200, body: text } : judge(response, text)
}

async function readBytes(
  response: Response,
  take: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<void> {
  const reader = response.body?.getReader()
  for (;;) {
    const read = await reader?.read()
    if (read?.value === undefined) return
    await take(read.value)
  }
}

async function readText(response: Response, heard: () => void): Promise<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    heard()
    text += decoder.decode(value, { stream: true })
  }
}

/** Is this the portal speaking? Its answers are JSON objects, its refusals have a code, and its API never redirects. */
function judge(response: Response, text: string): HttpAnswer {
  const { status, headers, type } = response
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) return nobody('captive')
  const body = text === '' ? null : parse(text)
  const sound =
    text === ''
      ? headers.get(MARK) !== null
      : typeof body === 'object' && (status < 400 || problemCode({ status, body }) !== null)
  if (sound) return { status, body }
  // 511 is how a network says that it wants a sign-in; every other 5xx is a server's or its gateway's trouble.
  if (status >= 500 && status !== 511) return nobody('gateway')
  return nobody((headers.get('content-type') ?? '').includes('json') ? 'silent' : 'captive')
}

/** Undefined for what is no JSON, a body that was cut off included. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The stable code of a problem answer (RFC 9457), if there is one. */
export const problemCode = (answer: HttpAnswer): string | null => problemMember(answer, 'code')

/** A member of a problem answer that is a text. */
export function problemMember({ body }: HttpAnswer, name: 'code' | 'lastPush'): string | null {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
  return typeof value === 'string' ? value : null
}
