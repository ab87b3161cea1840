/**
 * Web Locks and broadcast channels among the tabs of one test device. A tab that dies gives its locks back; one that is
 * frozen keeps them, and hears what was said meanwhile only when it thaws.
 */
import type { ChannelLike, LockManagerLike } from '../../client/replica/worker/environment.ts'

interface Request {
  readonly tab: object
  readonly shared: boolean
  grant(): void
  refuse(why: string): void
}

export function createLocks() {
  /** Several only where all of them share it. */
  const held = new Map<string, Set<Request>>()
  const waiting = new Map<string, Request[]>()
  const holders = (name: string) => held.get(name) ?? new Set<Request>()
  const isFree = (name: string, { shared }: Pick<Request, 'shared'>) =>
    [...holders(name)].every((other) => shared && other.shared)
  const give = (name: string, request: Request) => {
    held.set(name, holders(name).add(request))
    request.grant()
  }
  const next = (name: string) => {
    const queue = waiting.get(name) ?? []
    while (queue[0] !== undefined && isFree(name, queue[0])) give(name, queue.shift() as Request)
  }
  const giveBack = (name: string, request: Request) => {
    if (holders(name).delete(request)) next(name)
  }
  const steal = (name: string, request: Request) => {
    for (const holder of holders(name)) holder.refuse('stolen')
    held.set(name, new Set())
    give(name, request)
  }
  /** Out of the queue; false where it was not in it. */
  const leave = (name: string, request: Request) => {
    const queue = waiting.get(name) ?? []
    waiting.set(
      name,
      queue.filter((other) => other !== request),
    )
    return queue.includes(request)
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
              shared: 'mode' in options,
              refuse: (why) => whenAwake(() => reject(new Error(why))),
              grant: () =>
                whenAwake(() => {
                  run({ name })
                    .then(resolve, reject)
                    .finally(() => giveBack(name, request))
                }),
            }
            if ('steal' in options) steal(name, request)
            else if ('ifAvailable' in options && !isFree(name, request)) run(null).then(resolve, reject)
            else {
              waiting.set(name, [...(waiting.get(name) ?? []), request])
              if ('signal' in options)
                options.signal.addEventListener('abort', () => {
                  if (leave(name, request)) request.refuse('aborted')
                })
              next(name)
            }
          }),
      }
      const release = () => {
        for (const [name, queue] of waiting)
          waiting.set(
            name,
            queue.filter((request) => request.tab !== tab),
          )
        for (const [name, requests] of held)
          for (const request of [...requests]) if (request.tab === tab) giveBack(name, request)
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
