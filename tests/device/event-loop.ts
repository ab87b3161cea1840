/** The event loop of one tab of a test device. While the tab is frozen, whatever comes to it waits until it thaws. */
import type { OpenSocket } from '../../client/transport/socket.ts'

export interface EventLoop {
  freeze(): void
  thaw(): void
  /** At once, or when the tab thaws. */
  whenAwake(run: () => void): void
  /** The same value, not before the tab is awake. */
  awake<T>(value: T): Promise<T>
}

export function createEventLoop(): EventLoop {
  let held: (() => void)[] | null = null
  const whenAwake = (run: () => void) => {
    if (held === null) run()
    else held.push(run)
  }
  return {
    freeze() {
      held ??= []
    },
    thaw() {
      const late = held ?? []
      held = null
      for (const run of late) run()
    },
    whenAwake,
    awake: (value) => new Promise((resolve) => whenAwake(() => resolve(value))),
  }
}

/** Sockets whose events and answers come to a frozen tab late. */
export const socketsOf =
  ({ whenAwake, awake }: EventLoop, open: OpenSocket): OpenSocket =>
  (options) => {
    const { opened, closed, changes, revoke, wipe } = options.events
    const socket = open({
      ...options,
      events: {
        opened: () => whenAwake(opened),
        closed: (code) => whenAwake(() => closed(code)),
        changes: (message) => whenAwake(() => changes(message)),
        revoke: (message) => whenAwake(() => revoke(message)),
        wipe: (message) => whenAwake(() => wipe(message)),
      },
    })
    return {
      hello: (message) => socket.hello(message).then(awake),
      push: (message) => socket.push(message).then(awake),
      pull: (message) => socket.pull(message).then(awake),
      wiped: () => socket.wiped().then(awake),
      close: () => socket.close(),
    }
  }
