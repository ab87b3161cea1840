/** What a form that asks something of the practice says beside its button: not saved, or sent later. */
import { Trans } from '@lingui/react/macro'
import { CircleAlert, Info } from 'lucide-react'
import { Notice } from './panel.tsx'

interface AskNoticesProps {
  /** It could not be saved on this device. */
  readonly failed: boolean
  readonly link: string
}

export const AskNotices = ({ failed, link }: AskNoticesProps) => (
  <>
    {failed ? (
      <Notice icon={CircleAlert} tone="bad" role="alert">
        <p>
          <Trans>
            The request could not be saved on this device. What you wrote is still here; please try again.
          </Trans>
        </p>
      </Notice>
    ) : null}
    {link === 'online' || link === 'connecting' ? null : (
      <Notice icon={Info}>
        <p>
          <Trans>
            There is no contact with the clinic now. The request is saved here and sent by itself later.
          </Trans>
        </p>
      </Notice>
    )}
  </>
)
