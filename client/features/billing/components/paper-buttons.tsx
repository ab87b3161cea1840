/** A paper of what is on the screen: printed from this device, or as a PDF of the practice, which needs the network. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, FileDown, Printer } from 'lucide-react'
import { usePaper } from '../../../papers/use-paper.ts'
import { useSessionView, useSyncView } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Notice } from '../../../ui/panel.tsx'
import styles from '../billing.module.css'
import { paperPath } from '../billing-data.ts'

interface PaperButtonsProps {
  readonly kind: 'statements' | 'payments'
  readonly id: string
  /** Without its ending. */
  readonly fileName: string
}

export function PaperButtons({ kind, id, fileName }: PaperButtonsProps) {
  const { i18n } = useLingui()
  const { record } = useSessionView()
  const isOnline = useSyncView().link === 'online'
  const path = paperPath(kind, id, { client: record?.client, language: i18n.locale })
  const { state, save } = usePaper(path, fileName)
  return (
    <div className={styles.paper}>
      <ButtonRow>
        <Button look="secondary" onClick={() => print()}>
          <Printer size={18} aria-hidden />
          <Trans>Print</Trans>
        </Button>
        {isOnline ? (
          <Button look="secondary" onClick={save} busy={state === 'busy'}>
            <FileDown size={18} aria-hidden />
            <Trans>Save as a PDF</Trans>
          </Button>
        ) : null}
      </ButtonRow>
      {state === 'failed' ? (
        <Notice icon={CircleAlert} tone="wait" role="alert">
          <p>
            <Trans>The PDF could not be made now. Try again in a moment, or print this page.</Trans>
          </p>
        </Notice>
      ) : null}
    </div>
  )
}
