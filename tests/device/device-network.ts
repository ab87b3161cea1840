/** A test device's way out: a network that can be cut or die, and the browser's cookies. */
import type { OpenSocket, PortalSocket } from '../../client/transport/socket.ts'

/** The network of one life of a device: cut it and every connection dies; kill it and none comes back. */
export function createNetwork(
  real: { fetch: typeof fetch; openSocket: OpenSocket },
  isOnline: () => boolean,
) {
  let alive = true
  const open = new Set<() => void>()
  /** What is under way over HTTP breaks off with it, in the middle of a body too. */
  let line = new AbortController()
  const breakOff = () => {
    for (const each of [...open]) each()
    line.abort(new TypeError('no network'))
    line = new AbortController()
  }
  const up = () => alive && isOnline()
  return {
    fetch: (async (input, init) => {
      if (!up()) throw new TypeError('no network')
      const signal = AbortSignal.any([line.signal, ...(init?.signal ? [init.signal] : [])])
      const response = await real.fetch(input, { ...init, signal })
      if (!up()) throw new TypeError('no network')
      return response
    }) as typeof fetch,
    openSocket: ((options) => {
      const { events } = options
      if (!up()) {
        queueMicrotask(() => events.closed(null))
        return deadSocket()
      }
      const socket = real.openSocket({
        ...options,
        events: {
          opened: () => up() && events.opened(),
          closed: (code) => {
            open.delete(cut)
            if (alive) events.closed(code)
          },
          changes: (message) => up() && events.changes(message),
          revoke: (message) => up() && events.revoke(message),
          wipe: (message) => up() && events.wipe(message),
        },
      })
      const cut = () => {
        open.delete(cut)
        socket.close()
        if (alive) events.closed(null)
      }
      open.add(cut)
      return guarded(socket, up)
    }) as OpenSocket,
    cut: breakOff,
    kill() {
      alive = false
      breakOff()
    },
  }
}

const never = <T>(): Promise<T> => new Promise(() => {})

/** What is asked of a dead connection is never answered. */
function guarded(socket: PortalSocket, up: () => boolean): PortalSocket {
  const ask = async <T>(run: () => Promise<T>): Promise<T> => {
    if (!up()) return never()
    const answer = await run()
    return up() ? answer : never()
  }
  return {
    hello: (message) => ask(() => socket.hello(message)),
    push: (message) => ask(() => socket.push(message)),
    pull: (message) => ask(() => socket.pull(message)),
    wiped: () => ask(() => socket.wiped()),
    close: () => socket.close(),
  }
}
const deadSocket = (): PortalSocket => ({
  hello: never,
  push: never,
  pull: never,
  wiped: never,
  close: () => {},
})

/** What a browser does with the refresh cookie. */
export function createCookieJar(real: typeof fetch) {
  const jar = new Map<string, string>()
  return {
    fetch: (async (input, init) => {
      const headers = new Headers(init?.headers)
      if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
      const response = await real(input, { ...init, headers })
      for (const cookie of response.headers.getSetCookie()) {
        const [pair = ''] = cookie.split(';')
        const at = pair.indexOf('=')
        if (pair.slice(at + 1) === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(cookie))
          jar.delete(pair.slice(0, at))
        else jar.set(pair.slice(0, at), pair.slice(at + 1))
      }
      return response
    }) as typeof fetch,
    /** Their time is over. */
    forget: () => jar.clear(),
  }
}
