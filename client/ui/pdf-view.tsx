/** A PDF, page by page: a picture of each, and its words for whoever hears it. Comes only when a PDF is opened. */
import { Trans, useLingui } from '@lingui/react/macro'
import { FileWarning } from 'lucide-react'
import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist'
import { useEffect, useRef, useState } from 'react'
import styles from './file-view.module.css'
import { Notice, Progress } from './panel.tsx'

/** Wide enough for a tablet held upright; a phone shows it smaller, and pinches. */
const WIDTH = 900
/** More than that would cost a phone its memory. */
const MOST_PAGES = 60

function useDocument(bytes: Uint8Array): PDFDocumentProxy | 'broken' | undefined {
  const [found, setFound] = useState<PDFDocumentProxy | 'broken'>()
  useEffect(() => {
    GlobalWorkerOptions.workerPort ??= new Worker(new URL('./pdf-worker.ts', import.meta.url), {
      type: 'module',
    })
    // Its own copy: what is given to the worker is gone here.
    const loading = getDocument({ data: bytes.slice(), enableXfa: false, isEvalSupported: false })
    let gone = false
    loading.promise.then(
      (document) => !gone && setFound(document),
      () => !gone && setFound('broken'),
    )
    return () => {
      gone = true
      void loading.destroy()
    }
  }, [bytes])
  return found
}

function PdfPage({ pdf, number }: { pdf: PDFDocumentProxy; number: number }) {
  const { t } = useLingui()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [words, setWords] = useState('')
  useEffect(() => {
    let gone = false
    let page: PDFPageProxy | undefined
    const draw = async () => {
      page = await pdf.getPage(number)
      if (gone || canvas.current === null) return
      const scale = WIDTH / page.getViewport({ scale: 1 }).width
      const viewport = page.getViewport({ scale })
      canvas.current.width = Math.round(viewport.width)
      canvas.current.height = Math.round(viewport.height)
      const { items } = await page.getTextContent()
      if (!gone) setWords(items.map((item) => ('str' in item ? item.str : '')).join(' '))
      if (!gone) await page.render({ canvas: canvas.current, viewport }).promise
    }
    // Another page, or none: what was not drawn is not missed.
    draw().catch(() => {})
    return () => {
      gone = true
      page?.cleanup()
    }
  }, [pdf, number])
  return (
    <figure className={styles.sheet} aria-label={t`Page ${number}`}>
      <canvas ref={canvas} aria-hidden />
      <figcaption className="visually-hidden">{words}</figcaption>
    </figure>
  )
}

export default function PdfView({ bytes }: { bytes: Uint8Array }) {
  const pdf = useDocument(bytes)
  if (pdf === undefined)
    return (
      <Progress value={0}>
        <Trans>Opening the document</Trans>
      </Progress>
    )
  if (pdf === 'broken')
    return (
      <Notice icon={FileWarning} tone="bad" role="alert">
        <p>
          <Trans>This PDF cannot be shown here. Save it to open it with another app.</Trans>
        </p>
      </Notice>
    )
  const pages = Array.from({ length: Math.min(pdf.numPages, MOST_PAGES) }, (_, index) => index + 1)
  return (
    <>
      {pages.map((number) => (
        <PdfPage key={number} pdf={pdf} number={number} />
      ))}
      {pdf.numPages > MOST_PAGES ? (
        <p>
          <Trans>The first {MOST_PAGES} pages are shown. Save the document to read all of it.</Trans>
        </p>
      ) : null}
    </>
  )
}
