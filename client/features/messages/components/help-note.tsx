/** What messages are not for, and whom to call instead: it works with no network. */
import { Trans } from '@lingui/react/macro'
import { LifeBuoy } from 'lucide-react'
import { usePracticePhone } from '../../../replica/practice-phone.ts'
import { Notice } from '../../../ui/panel.tsx'

export function HelpNote() {
  const phone = usePracticePhone()
  return (
    <Notice icon={LifeBuoy}>
      <p>
        <Trans>
          Your practice reads messages in office hours and usually answers within two working days.
        </Trans>
      </p>
      <p>
        <Trans>
          In a crisis do not wait for an answer: call or text <a href="tel:988">988</a>, day and night.
        </Trans>
        {phone ? (
          <>
            {' '}
            <Trans>
              Your practice: <a href={`tel:${phone.replace(/[^+\d]/g, '')}`}>{phone}</a>
            </Trans>
          </>
        ) : null}
      </p>
    </Notice>
  )
}
