/** The account as the server has it, as far as it can be reached: asked when the page opens and is looked at again. */
import { useCallback, useEffect, useState } from 'react'
import * as z from 'zod/mini'
import { useSession, useSyncView } from '../../replica/session-context.tsx'

z.config({ jitless: true })

const Account = z.object({
  email: z.string(),
  pending: z.nullable(z.object({ email: z.string(), until: z.number() })),
})
export type Account = z.infer<typeof Account>

export function useAccount(): { account: Account | null; again: () => void } {
  const session = useSession()
  const { link } = useSyncView()
  const [account, setAccount] = useState<Account | null>(null)
  const again = useCallback(async () => {
    const { status, body } = await session.readAccount()
    const read = z.safeParse(Account, body)
    if (status === 200 && read.success) setAccount(read.data)
  }, [session])
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the clinic can be reached again
  useEffect(() => {
    void again()
    // The link of the mail is opened in another tab.
    const look = () => document.visibilityState === 'visible' && void again()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [again, link === 'online'])
  return { account, again }
}
