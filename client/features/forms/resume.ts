/**
 * The exact question the client was at, sealed on this device: returning to the section (after a kill, a lock, a
 * reload, or by hand) scrolls there and puts the focus there.
 */
import { type FocusEvent, useEffect, useRef } from 'react'
import type { PortalSession } from '../../replica/portal-session.ts'
import { useSession } from '../../replica/session-context.tsx'
import { focusField } from '../../ui/error-summary.tsx'

export interface Resume {
  readonly section: string
  /** DOM id of the control; null: the top of the section. */
  readonly field: string | null
}

const localKey = (draftId: string): string => `resume/${draftId}`

const isResume = (value: unknown): value is Resume =>
  typeof value === 'object' && value !== null && typeof (value as Resume).section === 'string'

/** Null: none is kept. Undefined: it cannot be read just now. */
export async function readResume(
  session: PortalSession,
  draftId: string,
): Promise<Resume | null | undefined> {
  try {
    const value = await session.readLocal(localKey(draftId))
    return isResume(value) ? value : null
  } catch {
    return undefined
  }
}

export const writeResume = (session: PortalSession, draftId: string, resume: Resume): Promise<void> =>
  session.writeLocal(localKey(draftId), resume).catch(() => {})

/** Give the returned handler to the element around the questions. */
export function useResume(draftId: string, section: string): (event: FocusEvent) => void {
  const session = useSession()
  const field = useRef<string | null>(null)
  useEffect(() => {
    let gone = false
    const remember = (id: string | null) => {
      field.current = id
      void writeResume(session, draftId, { section, field: id })
    }
    readResume(session, draftId).then((resume) => {
      // What could not be read is not overwritten.
      if (gone || field.current !== null || resume === undefined) return
      if (resume === null || resume.section !== section) return remember(null)
      // The heading has taken the focus already; a question that is there again takes it over.
      if (resume.field !== null) focusField(resume.field)
    })
    return () => {
      gone = true
      field.current = null
    }
  }, [session, draftId, section])
  return ({ target }) => {
    if (!target.id || !target.matches('input, textarea, select') || field.current === target.id) return
    field.current = target.id
    void writeResume(session, draftId, { section, field: target.id })
  }
}
