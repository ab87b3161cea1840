/** A code, typed or held in front of the camera: the same on the page that adds a tablet and on the one that begins a visit. */
import { Trans, useLingui } from '@lingui/react/macro'
import { ScanQrCode } from 'lucide-react'
import { type FormEvent, lazy, type ReactNode, Suspense, useState } from 'react'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { CodeField } from '../../ui/code-field.tsx'
import styles from './kiosk.module.css'

const ScanPicture = lazy(() => import('./scan-picture.tsx'))
const HAS_CAMERA = navigator.mediaDevices?.getUserMedia !== undefined

interface CodeEntryProps {
  readonly id: string
  readonly what: 'tablet' | 'visit'
  readonly code: string
  readonly onChange: (code: string) => void
  readonly error?: string | undefined
  /** What was typed is to be taken. */
  readonly onSubmit: () => void
  /** A whole code was seen. */
  readonly onScanned: (code: string) => void
  /** The button that takes it, and others beside it. */
  readonly buttons: ReactNode
}

export function CodeEntry({ id, what, code, onChange, error, onSubmit, onScanned, buttons }: CodeEntryProps) {
  const { t } = useLingui()
  const [scans, setScans] = useState(false)
  const close = () => setScans(false)
  if (scans)
    return (
      <Suspense>
        <div className={styles.form}>
          <ScanPicture
            what={what}
            onClose={close}
            onCode={(seen) => {
              close()
              onScanned(seen)
            }}
          />
        </div>
      </Suspense>
    )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form noValidate autoComplete="off" onSubmit={submit} className={styles.form}>
      <div className={styles.code}>
        <CodeField id={id} label={t`Code`} digits={false} value={code} onChange={onChange} error={error} />
      </div>
      <ButtonRow>
        {buttons}
        {HAS_CAMERA ? (
          <Button look="secondary" onClick={() => setScans(true)}>
            <ScanQrCode size={20} aria-hidden />
            <Trans>Use the camera</Trans>
          </Button>
        ) : null}
      </ButtonRow>
    </form>
  )
}
