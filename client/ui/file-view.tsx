/** What is in a file: pages, a picture or words. */
import { Trans } from '@lingui/react/macro'
import { lazy, Suspense, useEffect, useState } from 'react'
import styles from './file-view.module.css'
import { Progress } from './panel.tsx'

const PdfView = lazy(() => import('./pdf-view.tsx'))
/** Before the network goes: what shows a kept PDF is fetched with it. */
export const prepareViewer = (type: string): void => {
  if (type === 'application/pdf') void import('./pdf-view.tsx').catch(() => {})
}

interface FileProps {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly title: string
}

function Picture({ bytes, type, title }: FileProps) {
  const [address, setAddress] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes], { type }))
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [bytes, type])
  return (
    <figure className={styles.sheet}>
      {address === undefined ? null : <img src={address} alt={title} />}
    </figure>
  )
}

export function FileView(file: FileProps) {
  const { bytes, type } = file
  if (type === 'text/plain') return <pre className={styles.text}>{new TextDecoder().decode(bytes)}</pre>
  if (type.startsWith('image/')) return <Picture {...file} />
  return (
    <Suspense
      fallback={
        <Progress value={0}>
          <Trans>Opening the document</Trans>
        </Progress>
      }
    >
      <PdfView bytes={bytes} />
    </Suspense>
  )
}
