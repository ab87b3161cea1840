/**
 * What is typed into a request before it is sent, sealed on this device with every change: a closed tab or a lock loses
 * nothing. Gone when the request is made or given up.
 */
import { useCallback, useEffect, useRef, useState } from 'react'
import { useSession } from '../../replica/session-context.tsx'
import { asWishForm, NO_WISH, type WishForm } from './wish.ts'

/** `wish` is undefined until this device has looked. `about`: the appointment, or what is new. */
export function useKeptWish(about: string): {
  readonly wish: WishForm | undefined
  readonly put: (wish: WishForm) => void
  readonly forget: () => Promise<void>
} {
  const session = useSession()
  const key = `wish:${about}`
  const [wish, setWish] = useState<WishForm>()
  const writing = useRef<Promise<unknown>>(Promise.resolve())
  useEffect(() => {
    let gone = false
    session.readLocal(key).then(
      (kept) => void (gone || setWish(asWishForm(kept))),
      () => void (gone || setWish(NO_WISH)),
    )
    return () => {
      gone = true
    }
  }, [session, key])
  // One after the other, so that the last one written is the last one typed.
  const keep = useCallback(
    (value: WishForm | null) => {
      writing.current = writing.current.then(() => session.writeLocal(key, value)).catch(() => {})
      return writing.current
    },
    [session, key],
  )
  const put = useCallback(
    (next: WishForm) => {
      setWish(next)
      void keep(next)
    },
    [keep],
  )
  const forget = useCallback(async () => void (await keep(null)), [keep])
  return { wish, put, forget }
}
