/** Where the keyboard goes when what was pressed is no longer there. */
import { type RefObject, useEffect, useRef } from 'react'

/** As a `ref`: whatever appears takes the focus. */
export const takeFocus = (element: HTMLElement | null): void => element?.focus()

/** As a `ref` of a form: its first field takes the focus. */
export const takeFocusInside = (element: HTMLElement | null): void =>
  element?.querySelector<HTMLElement>('input, textarea, select')?.focus()

/** As a `ref` of what takes the focus again when something that was open beside it is closed. */
export function useFocusBack<T extends HTMLElement>(isOpen: boolean): RefObject<T | null> {
  const place = useRef<T>(null)
  const wasOpen = useRef(isOpen)
  useEffect(() => {
    if (wasOpen.current && !isOpen) place.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  return place
}
