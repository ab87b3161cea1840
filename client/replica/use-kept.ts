/**
 * What is typed before it is sent, sealed on this device with every change: a closed tab or a lock loses nothing. Gone
 * when it is sent or given up.
 */
import { useCallback, useEffect, useRef, useState } from 'react'
import { useSession } from './session-context.tsx'

export interface Kept<T> {
  /** Undefined until this device has looked. */
  readonly value: T | undefined
  readonly put: (value: T) => void
  readonly forget: () => Promise<void>
}

/** `read` makes a value of whatever is kept, or of nothing; it must be stable. */
export function useKept<T>(key: string, read: (kept: unknown) => T): Kept<T> {
  const session = useSession()
  const [value, setValue] = useState<T>()
  const writing = useRef<Promise<unknown>>(Promise.resolve())
  useEffect(() => {
    let gone = false
    session.readLocal(key).then(
      (kept) => void (gone || setValue(read(kept))),
      () => void (gone || setValue(read(null))),
    )
    return () => {
      gone = true
    }
  }, [session, key, read])
  // One after the other, so that the last one written is the last one typed.
  const keep = useCallback(
    (next: T | null) => {
      writing.current = writing.current.then(() => session.writeLocal(key, next)).catch(() => {})
      return writing.current
    },
    [session, key],
  )
  const put = useCallback(
    (next: T) => {
      setValue(next)
      void keep(next)
    },
    [keep],
  )
  const forget = useCallback(async () => void (await keep(null)), [keep])
  return { value, put, forget }
}
