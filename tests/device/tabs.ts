/** Web Locks and broadcast channels among the tabs of one test device; a tab that dies gives its locks back. */
import type { ChannelLike, LockManagerLike } from '../../client/replica/worker/environment.ts'

interface Request {
  readonly tab: object
  grant(): void
}

export function createLocks() {
  const held = new Map<string, Request>()
  const waiting = new Map<string, Request[]>()
  const next = (name: string) => {
    held.delete(name)
    const request = waiting.get(name)?.shift()
    if (request === undefined) return
    held.set(name, request)
    request.grant()
  }
  return {
    forTab() {
      const tab = {}
      const manager: LockManagerLike = {
        request: (name, { signal }, run) =>
          new Promise((resolve, reject) => {
            const request: Request = {
              tab,
              grant: () => {
                run()
                  .then(resolve, reject)
                  .finally(() => {
                    if (held.get(name) === request) next(name)
                  })
              },
            }
            signal?.addEventListener('abort', () => {
              const queue = waiting.get(name) ?? []
              if (!queue.includes(request)) return
              waiting.set(
                name,
                queue.filter((other) => other !== request),
              )
              reject(new Error('aborted'))
            })
            waiting.set(name, [...(waiting.get(name) ?? []), request])
            if (!held.has(name)) next(name)
          }),
      }
      const release = () => {
        for (const [name, queue] of waiting)
          waiting.set(
            name,
            queue.filter((request) => request.tab !== tab),
          )
        for (const [name, request] of [...held]) if (request.tab === tab) next(name)
      }
      return { manager, release }
    },
  }
}

export function createChannels() {
  const open = new Map<ChannelLike, { name: string; hear: (message: unknown) => void }>()
  return {
    forTab() {
      const mine = new Set<ChannelLike>()
      return {
        open(name: string): ChannelLike {
          const channel: ChannelLike = {
            postMessage(message) {
              const copy = structuredClone(message)
              for (const [other, { name: theirs, hear }] of open)
                if (other !== channel && theirs === name && open.has(channel))
                  setTimeout(() => open.has(other) && hear(copy))
            },
            listen(listener) {
              open.set(channel, { name, hear: listener })
            },
            close: () => void open.delete(channel),
          }
          mine.add(channel)
          return channel
        },
        close() {
          for (const channel of mine) channel.close()
        },
      }
    },
  }
}
