/** HTTP as values: a status and a parsed body, 0 when the server cannot be reached. Cookies stay in the browser. */
export interface HttpAnswer {
  /** 0: unreachable. */
  readonly status: number
  readonly body: unknown
}

export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly token?: string
}

export type Http = (request: HttpRequest) => Promise<HttpAnswer>

const LIMIT_MS = 30_000

export function createHttp(fetchIt: typeof fetch, origin: string): Http {
  return async ({ method, path, body, token }) => {
    try {
      const response = await fetchIt(origin + path, {
        method,
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
        signal: AbortSignal.timeout(LIMIT_MS),
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, body: text === '' ? null : parse(text) }
    } catch {
      return { status: 0, body: null }
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The stable code of a problem answer (RFC 9457), if there is one. */
export const problemCode = (answer: HttpAnswer): string | null => problemMember(answer, 'code')

/** A member of a problem answer that is a text. */
export function problemMember({ body }: HttpAnswer, name: 'code' | 'lastPush'): string | null {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
  return typeof value === 'string' ? value : null
}
