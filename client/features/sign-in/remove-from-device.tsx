/** Signing out takes key and data off this device. Unsent work is named first, and only lost if the person insists. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useSession } from '../../replica/session-context.tsx'
import { Button, type ButtonLook } from '../../ui/button.tsx'

const Dialog = lazy(() => import('../../ui/dialog.tsx'))

export function RemoveFromDevice({ look, children }: { look: ButtonLook; children: ReactNode }) {
  const { t } = useLingui()
  const session = useSession()
  const [asking, setAsking] = useState(false)
  const [unsent, setUnsent] = useState(0)
  const signOut = async (force: boolean) => {
    const result = await session.signOut({ force })
    if (!result.ok) setUnsent(result.unsent)
  }
  return (
    <>
      <Button look={look} onClick={() => setAsking(true)}>
        {children}
      </Button>
      {asking ? (
        <Suspense>
          <Dialog
            title={
              unsent > 0 ? t`Some of your work is not sent yet` : t`Sign out and remove from this device?`
            }
            onClose={() => {
              setAsking(false)
              setUnsent(0)
            }}
            buttons={
              <>
                <Button look={unsent > 0 ? 'danger' : 'primary'} onClick={() => signOut(unsent > 0)}>
                  {unsent > 0 ? <Trans>Remove it and sign out</Trans> : <Trans>Sign out</Trans>}
                </Button>
                <Button
                  look="secondary"
                  onClick={() => {
                    setAsking(false)
                    setUnsent(0)
                  }}
                >
                  <Trans>Cancel</Trans>
                </Button>
              </>
            }
          >
            <p>
              {unsent > 0 ? (
                <Plural
                  value={unsent}
                  one="# change exists only on this device. If you sign out now, it is gone."
                  other="# changes exist only on this device. If you sign out now, they are gone."
                />
              ) : (
                <Trans>
                  What the clinic has received stays there. To open the portal here again you need the network
                  once.
                </Trans>
              )}
            </p>
          </Dialog>
        </Suspense>
      ) : null}
    </>
  )
}
