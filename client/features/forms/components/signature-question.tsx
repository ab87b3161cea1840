/**
 * A signature: a typed name, or one drawn with finger, pen or mouse. The words that are signed, the moment and the
 * version of the form are kept with it. Drawing needs the pad, which is loaded when somebody wants to draw.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Keyboard, PenLine } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { formSigned, readSignature } from '../../../../shared/questionnaire/signature.ts'
import { Button } from '../../../ui/button.tsx'
import { Field, TextField } from '../../../ui/field.tsx'
import { momentOf } from '../../../ui/time.ts'
import { useOpenForm } from '../open-form.tsx'
import { fieldProps, useAnswer } from '../use-answer.ts'
import styles from './question.module.css'
import type { QuestionProps } from './question.tsx'

const SignaturePad = lazy(() => import('./signature-sheet.tsx'))

export function SignatureQuestion({ node, error }: QuestionProps) {
  const { i18n, t } = useLingui()
  const { questionnaire } = useOpenForm()
  const [value, change] = useAnswer(node)
  const signature = readSignature(value)
  const name = typeof value === 'string' ? value : (signature?.name ?? '')
  const drawing = signature?.drawing ?? ''
  const [drawn, setDrawn] = useState(drawing !== '')
  const field = fieldProps(node, error)
  const put = (part: { name: string } | { drawing: string }) => {
    const signed = Object.values(part)[0]?.trim()
    if (!signed) return change(null)
    change({ ...part, at: Date.now(), statement: node.item.text, form: formSigned(questionnaire) })
  }
  const time = signature ? momentOf(i18n.locale, signature.at) : ''
  return (
    <>
      {drawn ? (
        <Field
          {...field}
          hint={
            field.hint ??
            t`Draw with a finger, a pen or the mouse. No keyboard is needed; to sign by typing, choose “Type my name instead”.`
          }
        >
          <Suspense fallback={<div className={styles.pad} />}>
            <SignaturePad
              id={field.id}
              label={node.item.text}
              drawing={drawing}
              invalid={error !== undefined}
              onDraw={(next) => put({ drawing: next })}
            />
          </Suspense>
        </Field>
      ) : (
        <TextField
          {...field}
          hint={field.hint ?? t`Typing your full name here is your signature.`}
          autoComplete={node.item.autocomplete ?? 'off'}
          value={name}
          onChange={(text) => put({ name: text })}
        />
      )}
      {signature ? (
        <p className={styles.soft}>
          <Trans>Signed {time}</Trans>
        </p>
      ) : null}
      <div>
        <Button
          look="quiet"
          onClick={() => {
            setDrawn(!drawn)
            if (signature) change(null)
          }}
        >
          {drawn ? <Keyboard size={18} aria-hidden /> : <PenLine size={18} aria-hidden />}
          {drawn ? <Trans>Type my name instead</Trans> : <Trans>Draw my signature instead</Trans>}
        </Button>
      </div>
    </>
  )
}
