/** The sheet to draw on: every line is kept as soon as the hand is lifted. */
import { Trans } from '@lingui/react/macro'
import { Eraser } from 'lucide-react'
import { useEffect, useEffectEvent, useRef } from 'react'
import Pad from 'signature_pad'
import { MAX_DRAWING, SHEET } from '../../../../shared/questionnaire/signature.ts'
import { Button } from '../../../ui/button.tsx'
import { drawingOf } from '../drawing.ts'
import styles from './question.module.css'

interface SignatureSheetProps {
  readonly id: string
  readonly label: string
  readonly drawing: string
  readonly invalid: boolean
  readonly onDraw: (drawing: string) => void
}

export default function SignatureSheet({ id, label, drawing, invalid, onDraw }: SignatureSheetProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const pad = useRef<Pad | null>(null)
  const kept = useRef(drawing)
  const drawn = useEffectEvent(() => {
    const element = canvas.current
    if (element === null || pad.current === null) return
    const scale = SHEET.width / element.clientWidth
    const lines = pad.current
      .toData()
      .map(({ points }) => points.map(({ x, y }) => [x * scale, y * scale] as const))
    // Lines that were there when the page was opened stay: the new ones are added to them.
    onDraw(`${kept.current}${drawingOf(lines, MAX_DRAWING - kept.current.length)}`)
  })

  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const density = Math.max(devicePixelRatio, 1)
    element.width = element.clientWidth * density
    element.height = element.clientHeight * density
    element.getContext('2d')?.scale(density, density)
    const made = new Pad(element, { penColor: '#102a43', minWidth: 1, maxWidth: 2.5 })
    pad.current = made
    const context = element.getContext('2d')
    if (context && kept.current !== '') paint(context, kept.current, element.clientWidth / SHEET.width)
    made.addEventListener('endStroke', drawn)
    return () => {
      made.off()
      pad.current = null
    }
  }, [])

  const clear = () => {
    kept.current = ''
    pad.current?.clear()
    onDraw('')
  }
  return (
    <>
      <canvas
        ref={canvas}
        id={id}
        role="img"
        aria-label={label}
        aria-invalid={invalid ? true : undefined}
        className={styles.pad}
        tabIndex={-1}
      />
      <div>
        <Button look="quiet" onClick={clear}>
          <Eraser size={18} aria-hidden />
          <Trans>Clear and start again</Trans>
        </Button>
      </div>
    </>
  )
}

function paint(context: CanvasRenderingContext2D, drawing: string, scale: number): void {
  context.save()
  context.scale(scale, scale)
  context.lineWidth = 4
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.strokeStyle = '#102a43'
  context.stroke(new Path2D(drawing))
  context.restore()
}
