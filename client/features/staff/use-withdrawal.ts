/**
 * Withdrawing a document, and taking that back: a withdrawal does not wait, so that undo shares the same file anew, under
 * its title. What is in it is held in this page for that, and nowhere else.
 */
import { useState } from 'react'
import type { SharedDocument } from '../../../shared/domains/documents/schema.ts'
import { useSession } from '../../replica/session-context.tsx'
import { filePath, type Sharing, shareDocument } from './documents-data.ts'

/** A slow line holds no withdrawal up for longer: it cannot be taken back, then. */
const LONGEST_READ_MS = 5_000

export interface Withdrawal {
  readonly state: 'idle' | 'withdrawing' | 'failed' | 'withdrawn' | 'sharing' | 'not-shared' | 'shared'
  /** Of what was withdrawn. */
  readonly title?: string
  /** While it can be taken back; absent: only an upload shares it again. */
  readonly again?: Sharing
}

export function useWithdrawal(clientId: string, onChanged: () => void) {
  const session = useSession()
  const [withdrawal, setWithdrawal] = useState<Withdrawal>({ state: 'idle' })
  const readContent = async (id: string) => {
    const late = new Promise<null>((resolve) => setTimeout(resolve, LONGEST_READ_MS, null))
    const answer = await Promise.race([
      session.readFile(`${filePath(clientId, 'documents', id)}/download`).catch(() => null),
      late,
    ])
    return answer?.ok ? answer.bytes : undefined
  }
  const withdraw = async ({ id, title, category }: SharedDocument) => {
    setWithdrawal({ state: 'withdrawing' })
    const content = await readContent(id)
    const { status } = await session.request({ method: 'DELETE', path: filePath(clientId, 'documents', id) })
    if (status === 204)
      setWithdrawal({
        state: 'withdrawn',
        title,
        ...(content && { again: { title, category, content, attempt: crypto.randomUUID() } }),
      })
    // Somebody else was faster.
    else setWithdrawal({ state: status === 404 ? 'idle' : 'failed' })
    onChanged()
  }
  const undo = async (again: Sharing) => {
    const { title } = again
    setWithdrawal({ state: 'sharing', title, again })
    const trouble = await shareDocument(session, clientId, again, () => {})
    setWithdrawal(trouble === null ? { state: 'shared', title } : { state: 'not-shared', title, again })
    onChanged()
  }
  return { withdrawal, withdraw, undo, forget: () => setWithdrawal({ state: 'idle' }) }
}
