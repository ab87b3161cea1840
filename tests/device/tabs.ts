/**
 * Web Locks and broadcast channels among the tabs of one test device. A tab that dies gives its locks back; one that is
 * frozen keeps them, and hears what was said meanwhile only when it thaws.
 */
import type { ChannelLike, LockManagerLike } from '../../client/replica/worker/environment.ts'

interface Request {
  readonly tab: object
  grant(): void
  refuse(why: string): void
}

export function createLocks() {
  const held = new Map<string, Request>()
  const waiting = new Map<string, Request[]>()
  const give = (name: string, request: Request) => {
    held.set(name, request)
    request.grant()
  }
  const next = (name: string) => {
    held.delete(name)
    const request = waiting.get(name)?.shift()
    if (request !== undefined) give(name, request)
  }
  return {
    /** `whenAwake` runs at once, or when the tab thaws. */
    forTab(whenAwake: (run: () => void) => void = (run) => run()) {
      const tab = {}
      const manager: LockManagerLike = {
        request: (name, options, run) =>
          new Promise((resolve, reject) => {
            const request: Request = {
              tab,
              refuse: (why) => whenAwake(() => reject(new Error(why))),
              grant: () =>
                whenAwake(() => {
                  run()
                    .then(resolve, reject)
                    .finally(() => {
                      if (held.get(name) === request) next(name)
                    })
                }),
            }
            if ('steal' in options) {
              held.get(name)?.refuse('stolen')
              give(name, request)
              return
            }
            options.signal.addEventListener('abort', () => {
              const queue = waiting.get(name) ?? []
              if (!queue.includes(request)) return
              waiting.set(
                name,
                queue.filter((other) => other !== request),
              )
              request.refuse('aborted')
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
    /** `whenAwake` runs at once, or when the tab thaws. */
    forTab(whenAwake: (run: () => void) => void) {
      const mine = new Set<ChannelLike>()
      let mute = false
      return {
        open(name: string): ChannelLike {
          const channel: ChannelLike = {
            postMessage(message) {
              if (mute) return
              const copy = structuredClone(message)
              for (const [other, { name: theirs, hear }] of open)
                if (other !== channel && theirs === name && open.has(channel))
                  setTimeout(() => open.has(other) && hear(copy))
            },
            listen(listener) {
              open.set(channel, { name, hear: (message) => whenAwake(() => listener(message)) })
            },
            close: () => void open.delete(channel),
          }
          mine.add(channel)
          return channel
        },
        mute() {
          mute = true
        },
        close() {
          for (const channel of mine) channel.close()
        },
      }
    },
  }
}
