/** The frame of the pages about getting in: how far along, a way back, and whom to call in need. */
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { Page } from '../../../ui/page.tsx'
import { Progress } from '../../../ui/panel.tsx'
import { Door } from '../../../ui/shell.tsx'
import styles from '../account-access.module.css'

interface AccessPageProps {
  readonly title: string
  readonly lead?: ReactNode
  readonly place?: { readonly at: number; readonly of: number } | null
  readonly children: ReactNode
}

export function AccessPage({ title, lead, place, children }: AccessPageProps) {
  const { at, of } = place ?? { at: 0, of: 0 }
  return (
    <Door>
      <Page
        title={title}
        lead={lead}
        above={
          place ? (
            <Progress value={at} of={of}>
              <Trans>
                Step {at} of {of}
              </Trans>
            </Progress>
          ) : null
        }
      >
        {children}
        <p className={styles.note}>
          <Trans>
            In an emergency call 911. To talk to someone right now, call or text 988, day or night.
          </Trans>
        </p>
      </Page>
    </Door>
  )
}
