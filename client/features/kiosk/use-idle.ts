/** Seconds that are left before a visit is parked, once it is time to say so; undefined before. By the clock: a tablet that slept did not stop it. */
import { useCallback, useEffect, useState } from 'react'

const WARNING_SECONDS = 30
const ACTS = ['pointerdown', 'keydown', 'input', 'touchstart', 'wheel'] as const

export function useIdle(
  idleSeconds: number,
  onEnd: () => void,
): { left: number | undefined; stay: () => void } {
  const [since, setSince] = useState(() => Date.now())
  const [now, setNow] = useState(since)
  const stay = useCallback(() => {
    setSince(Date.now())
    setNow(Date.now())
  }, [])
  const warnAfter = Math.max(10, idleSeconds - WARNING_SECONDS)
  const seconds = (now - since) / 1000
  const warns = seconds >= warnAfter
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  useEffect(() => {
    // Once it is asked, it is answered: a sleeve on the glass is nobody.
    if (warns) return
    for (const act of ACTS) document.addEventListener(act, stay, { capture: true, passive: true })
    return () => {
      for (const act of ACTS) document.removeEventListener(act, stay, { capture: true })
    }
  }, [warns, stay])
  const isOver = seconds >= warnAfter + WARNING_SECONDS
  useEffect(() => {
    if (isOver) onEnd()
  }, [isOver, onEnd])
  return { left: warns ? Math.max(0, Math.ceil(warnAfter + WARNING_SECONDS - seconds)) : undefined, stay }
}
