/** A code that is shown once: large, and as a picture for a camera. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useRef } from 'react'
import { shownCode } from '../../../../shared/domains/kiosk/code.ts'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Card } from '../../../ui/panel.tsx'
import { QrCode } from '../../../ui/qr-code.tsx'
import { momentOf } from '../../../ui/time.ts'
import type { Coded } from '../kiosk-data.ts'
import styles from '../staff.module.css'

interface ShownCodeProps {
  readonly coded: Coded
  readonly what: 'tablet' | 'visit'
  readonly onClose: () => void
}

export function ShownCode({ coded: { code, expiresAt }, what, onClose }: ShownCodeProps) {
  const { i18n, t } = useLingui()
  const until = momentOf(i18n.locale, expiresAt)
  const title = useRef<HTMLHeadingElement>(null)
  // Whoever armed a visit further down the page is led to its code.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another code is another thing to look at
  useEffect(() => title.current?.focus(), [code])
  const address = `${location.origin}/kiosk`
  const text = what === 'tablet' ? `${address}#enrol=${code}` : code
  return (
    <Card labelledBy="shown-code">
      <h2 id="shown-code" ref={title} tabIndex={-1}>
        {what === 'tablet' ? <Trans>Add the tablet</Trans> : <Trans>The code of the visit</Trans>}
      </h2>
      <p>
        {what === 'tablet' ? (
          <Trans>On the tablet open {address} and type this, or hold its camera to the picture.</Trans>
        ) : (
          <Trans>
            Give it to the client, to type or to hold in front of the tablet’s camera. The tablet asks for
            their date of birth besides.
          </Trans>
        )}
      </p>
      <p className={styles.number} translate="no">
        {shownCode(code)}
      </p>
      <QrCode text={text} label={t`The code as a picture`} />
      <p>
        <Trans>It is shown this once, and good until {until}.</Trans>
      </p>
      <ButtonRow>
        <Button look="secondary" onClick={onClose}>
          <Trans>Done</Trans>
        </Button>
      </ButtonRow>
    </Card>
  )
}
