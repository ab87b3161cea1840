/**
 * Where the client was, sealed on this device: after an unlock or a restart the app opens at the same page. Within a
 * form, the question itself is remembered by the form (features/forms/resume.ts).
 */
import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useSession } from '../replica/session-context.tsx'

const KEY = 'last-place'

/** Older than this, home is the better place to start. */
const FRESH_MS = 7 * 24 * 60 * 60 * 1_000

interface Place {
  readonly path: string
  readonly at: number
}

const isPlace = (value: unknown): value is Place =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Place).path === 'string' &&
  (value as Place).path.startsWith('/') &&
  typeof (value as Place).at === 'number'

/** Call where the replica is open. Goes to the remembered page once, if the app was opened at its start page. */
export function useLastPlace(): void {
  const session = useSession()
  const router = useRouter()
  const restored = useRef(false)
  useEffect(() => {
    let gone = false
    const remember = () => {
      if (!restored.current) return
      const path = router.state.location.pathname
      void session.writeLocal(KEY, { path, at: Date.now() } satisfies Place).catch(() => {})
    }
    const restore = async () => {
      const place = await session.readLocal(KEY).catch(() => null)
      if (gone) return
      const here = router.state.location.pathname
      if (isPlace(place) && here === '/' && place.path !== '/' && Date.now() - place.at < FRESH_MS)
        await router.navigate({ to: place.path, replace: true })
      restored.current = true
      remember()
    }
    if (!restored.current) void restore()
    const stop = router.subscribe('onResolved', remember)
    return () => {
      gone = true
      stop()
    }
  }, [session, router])
}
