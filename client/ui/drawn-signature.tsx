/** A drawn signature as it was drawn, at any size; on paper too. */
import { SHEET } from '../../shared/questionnaire/signature.ts'

interface DrawnSignatureProps {
  /** Lines on the sheet (shared/questionnaire/signature.ts). */
  readonly drawing: string
  readonly label: string
  readonly className?: string | undefined
}

export const DrawnSignature = ({ drawing, label, className }: DrawnSignatureProps) => (
  <svg viewBox={`0 0 ${SHEET.width} ${SHEET.height}`} role="img" aria-label={label} className={className}>
    <path
      d={drawing}
      fill="none"
      stroke="#102a43"
      strokeWidth="4"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
)
