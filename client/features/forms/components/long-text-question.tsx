/**
 * Long text. When another device's words arrive while it is being typed in, they are merged in and the caret stays at
 * the words it was at. What cannot be merged is shown beside, to take or to leave.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { MessagesSquare } from 'lucide-react'
import { useLayoutEffect, useRef } from 'react'
import { useDraftPart } from '../../../drafts/use-draft.ts'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { TextArea } from '../../../ui/field.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { movedCaret } from '../moved-caret.ts'
import { useOpenForm } from '../open-form.tsx'
import { useTooLong } from '../too-long.ts'
import { fieldProps, useAnswer } from '../use-answer.ts'
import type { QuestionProps } from './question.tsx'

export function LongTextQuestion({ node, error }: QuestionProps) {
  const { t } = useLingui()
  const { store } = useOpenForm()
  const other = useDraftPart(store, ({ displaced }) => displaced.get(node.key))
  const [value, change] = useAnswer(node)
  const text = typeof value === 'string' ? value : ''
  const tooLong = useTooLong(node.item.maxLength, text)
  const area = useRef<HTMLTextAreaElement>(null)
  const typed = useRef(text)
  // Read as late as can be: once the new text is in the page, the browser has put the caret at its end.
  const from = area.current?.selectionStart ?? 0
  const to = area.current?.selectionEnd ?? 0

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caret of the moment in which the text changed
  useLayoutEffect(() => {
    const element = area.current
    if (element !== null && typed.current !== text && document.activeElement === element)
      element.setSelectionRange(movedCaret(typed.current, text, from), movedCaret(typed.current, text, to))
    typed.current = text
  }, [text])

  return (
    <>
      <TextArea
        {...fieldProps(node, tooLong ?? error)}
        inputRef={area}
        value={text}
        onChange={(next) => {
          typed.current = next
          change(next === '' ? null : next)
        }}
      />
      {other === undefined ? null : (
        <Notice icon={MessagesSquare} role="status" label={t`Changed elsewhere`}>
          <p>
            <Trans>Another device or tab changed the same words:</Trans>
          </p>
          <blockquote>{other}</blockquote>
          <ButtonRow>
            <Button look="secondary" onClick={() => store.resolveDisplaced(node.key, true)}>
              <Trans>Use this text</Trans>
            </Button>
            <Button look="quiet" onClick={() => store.resolveDisplaced(node.key, false)}>
              <Trans>Keep mine</Trans>
            </Button>
          </ButtonRow>
        </Notice>
      )}
    </>
  )
}
