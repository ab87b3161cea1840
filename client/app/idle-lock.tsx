/**
 * Locks after 15 minutes without a touch, a key or a scroll in any tab: drafts to disk first, then the session, which
 * empties every tab. Wall-clock time, so that a device that slept locks when it wakes.
 */
import { useEffect } from 'react'
import { useOpenDrafts } from '../drafts/open-drafts.tsx'
import { useSession, useSessionView } from '../replica/session-context.tsx'

export const IDLE_MS = 15 * 60 * 1_000
const LOOK_EVERY_MS = 5_000
const TELL_EVERY_MS = 10_000
const EVENTS = ['pointerdown', 'keydown', 'wheel', 'touchstart', 'scroll'] as const

export function IdleLock() {
  const session = useSession()
  const drafts = useOpenDrafts()
  const { state } = useSessionView()
  const locks = state === 'open' || state === 'staff'

  useEffect(() => {
    if (!locks) return
    const channel = new BroadcastChannel('portal-activity')
    let last = Date.now()
    let told = 0
    let locking = false
    const lockIfIdle = async () => {
      if (locking || Date.now() - last < IDLE_MS) return
      locking = true
      await drafts.flushAll()
      // Somebody came back while the drafts were being written.
      if (Date.now() - last >= IDLE_MS) await session.lock('idle')
      locking = false
    }
    const active = () => {
      const now = Date.now()
      // The first touch after a long sleep is no sign that the same person is here.
      if (now - last >= IDLE_MS) return void lockIfIdle()
      last = now
      if (now - told < TELL_EVERY_MS) return
      told = now
      channel.postMessage(now)
    }
    channel.onmessage = ({ data }) => {
      if (typeof data === 'number') last = Math.max(last, data)
    }
    for (const type of EVENTS) addEventListener(type, active, { passive: true, capture: true })
    document.addEventListener('visibilitychange', lockIfIdle)
    const timer = setInterval(lockIfIdle, LOOK_EVERY_MS)
    return () => {
      for (const type of EVENTS) removeEventListener(type, active, { capture: true })
      document.removeEventListener('visibilitychange', lockIfIdle)
      clearInterval(timer)
      channel.close()
    }
  }, [locks, session, drafts])
  return null
}
