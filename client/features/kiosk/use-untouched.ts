/**
 * Ends what somebody began on a page and walked away from: a code half typed, the staff's screen. Nothing happens on a page that
 * nobody has touched. By the clock: a tablet that slept did not stop it.
 */
import { useEffect } from 'react'

const ACTS = ['pointerdown', 'keydown', 'input'] as const

export function useUntouched(idleSeconds: number, onEnd: () => void): void {
  useEffect(() => {
    let touchedAt: number | undefined
    const touch = () => {
      touchedAt = Date.now()
    }
    for (const act of ACTS) document.addEventListener(act, touch, { capture: true, passive: true })
    const timer = setInterval(() => {
      if (touchedAt === undefined || Date.now() - touchedAt < idleSeconds * 1000) return
      touchedAt = undefined
      onEnd()
    }, 500)
    return () => {
      clearInterval(timer)
      for (const act of ACTS) document.removeEventListener(act, touch, { capture: true })
    }
  }, [idleSeconds, onEnd])
}
