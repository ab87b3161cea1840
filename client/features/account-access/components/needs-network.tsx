/** Said before anything is typed: this page talks to the practice, and cannot wait for a connection as forms do. */
import { Trans } from '@lingui/react/macro'
import { CloudOff, Wifi } from 'lucide-react'
import type { ReactNode } from 'react'
import { Notice, Status } from '../../../ui/panel.tsx'
import { useOnline } from '../../../ui/use-online.ts'

/** `children`: what is done on this page, as a sentence that ends in "needs a connection". */
export function NeedsNetwork({ children }: { children: ReactNode }) {
  const isOnline = useOnline()
  return (
    <div role="status">
      {isOnline ? (
        <Status icon={Wifi}>{children}</Status>
      ) : (
        <Notice icon={CloudOff} tone="wait">
          <p>{children}</p>
          <p>
            <Trans>
              You are offline now. You can fill in this page; send it once you are connected again.
            </Trans>
          </p>
        </Notice>
      )}
    </div>
  )
}
