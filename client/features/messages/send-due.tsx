/** Sends what was written once it can no longer be taken back; also what a closed tab or a lock has left behind. */
import { useEffect } from 'react'
import { authorIn } from '../../replica/conversations.ts'
import type { Outgoing } from '../../replica/replica-database.ts'
import { useReplica, useSessionView } from '../../replica/session-context.tsx'
import { sendNow } from './outgoing.ts'

export function SendDueMessages() {
  const replica = useReplica()
  const view = useSessionView()
  const { person } = view
  const author = authorIn(view)
  useEffect(() => {
    if (replica === null || person === null) return
    const timers = new Map<string, number>()
    const subscription = replica.outgoing.find().$.subscribe((found) => {
      const due = found
        .map((one) => one.toMutableJSON() as Outgoing)
        .filter((outgoing) => outgoing.sendAt !== undefined)
      const keys = new Set(due.map(({ messageId }) => messageId))
      for (const [key, timer] of timers)
        if (!keys.has(key)) {
          clearTimeout(timer)
          timers.delete(key)
        }
      for (const outgoing of due) {
        if (timers.has(outgoing.messageId)) continue
        const wait = Math.max(0, (outgoing.sendAt ?? 0) - Date.now())
        const send = () => {
          sendNow(replica, { author, authorName: person.name }, outgoing).catch((error: unknown) => {
            // It is kept; the disk may have room in a while.
            timers.set(outgoing.messageId, window.setTimeout(send, 5_000))
            console.error('a message could not be written', error)
          })
        }
        timers.set(outgoing.messageId, window.setTimeout(send, wait))
      }
    })
    return () => {
      subscription.unsubscribe()
      for (const timer of timers.values()) clearTimeout(timer)
    }
  }, [replica, person, author])
  return null
}
