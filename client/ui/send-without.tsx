/** Sends a message without the files that the clinic does not take. */
import { Plural } from '@lingui/react/macro'
import { SendHorizontal } from 'lucide-react'
import { Button } from './button.tsx'

interface SendWithoutProps {
  /** How many files it goes without. */
  readonly count: number
  readonly onSend: () => void
}

export const SendWithout = ({ count, onSend }: SendWithoutProps) => (
  <Button onClick={onSend}>
    <SendHorizontal size={18} aria-hidden />
    <Plural value={count} one="Send without this file" other="Send without these # files" />
  </Button>
)
