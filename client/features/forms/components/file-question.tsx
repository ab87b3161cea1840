/** A photo or a file as an answer: taken or chosen, made smaller where that helps, looked at, taken away again. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Camera, Minimize2, Paperclip, X } from 'lucide-react'
import { type RefObject, useRef, useState } from 'react'
import { FILE_TYPES } from '../../../../shared/domains/documents/limits.ts'
import { sizeOf } from '../../../../shared/kernel/file-size.ts'
import {
  type AttachedFile,
  largestFile,
  readAttached,
  takenTypes,
} from '../../../../shared/questionnaire/attached-file.ts'
import type { NotTaken } from '../../../replica/choose-file.ts'
import type { ChosenFile } from '../../../replica/file-views.ts'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { describedBy, Field } from '../../../ui/field.tsx'
import { readForQuestion, smallerForQuestion } from '../form-files.ts'
import { useOpenForm } from '../open-form.tsx'
import { fieldProps, useAnswer } from '../use-answer.ts'
import { AttachedAnswer } from './attached-answer.tsx'
import styles from './question.module.css'
import type { QuestionProps } from './question.tsx'

const ENDINGS = (types: readonly (keyof typeof FILE_TYPES)[]) =>
  types.map((type) => FILE_TYPES[type].extension.toUpperCase()).join(', ')

/** A phone or a tablet: there is a camera behind the choice of a file. */
const hasCamera = () => matchMedia('(pointer: coarse)').matches

export function FileQuestion({ node, error }: QuestionProps) {
  const { i18n, t } = useLingui()
  const { files, store } = useOpenForm()
  const [value, change] = useAnswer(node)
  const input = useRef<HTMLInputElement>(null)
  const camera = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [smaller, setSmaller] = useState<{ readonly of: string; readonly copy: ChosenFile } | null>(null)
  const { item } = node
  const attached = readAttached(value)
  const types = takenTypes(item)
  const [kinds, most] = [ENDINGS(types), sizeOf(i18n.locale, largestFile(item))]
  const field = fieldProps(node, problem ?? error)
  const words: Readonly<Record<NotTaken, (name: string) => string>> = {
    empty: (name) => t`“${name}” is empty.`,
    'too-large': (name) => t`“${name}” is too large. Here a file may have at most ${most}.`,
    kind: (name) => t`“${name}” cannot be given here. These kinds can: ${kinds}.`,
  }

  /** Sealed first, then named by the answer, and only then is the one before it gone. */
  const put = async (file: ChosenFile, before: AttachedFile | null) => {
    const sha256 = await files.attach(file)
    const { id, type, bytes } = file
    change({ file: id, name: file.name, type, bytes: bytes.length, sha256 })
    await store.flush()
    if (before) await files.detach([before.file])
  }
  const guarded = async (work: () => Promise<void>) => {
    setBusy(true)
    setProblem(null)
    try {
      await work()
    } catch {
      setProblem(
        t`The file could not be kept on this device. There may be no room left; what you wrote is safe.`,
      )
    } finally {
      setBusy(false)
      for (const { current } of [input, camera]) if (current) current.value = ''
    }
  }
  const add = (file: File | undefined) =>
    guarded(async () => {
      if (file === undefined) return
      const read = await readForQuestion(item, file)
      if (typeof read === 'string') return setProblem(words[read](file.name))
      await put(read, attached)
      const copy = await smallerForQuestion(item, read)
      setSmaller(copy && { of: read.id, copy })
    })
  const shrink = (copy: ChosenFile) =>
    guarded(async () => {
      await put(copy, attached)
      setSmaller(null)
    })
  const remove = ({ file }: AttachedFile) =>
    guarded(async () => {
      change(null)
      await store.flush()
      await files.detach([file])
      input.current?.focus()
    })
  const press = ({ current }: RefObject<HTMLInputElement | null>) => current?.click()
  const offered = smaller !== null && smaller.of === attached?.file ? smaller.copy : null
  const name = attached?.name ?? ''
  const size = offered ? sizeOf(i18n.locale, offered.bytes.length) : ''

  return (
    <Field {...field} hint={field.hint ?? t`${kinds}, at most ${most}`}>
      {attached ? (
        <AttachedAnswer key={attached.file} attached={attached} open={files.open}>
          {offered ? (
            <Button look="quiet" onClick={() => void shrink(offered)}>
              <Minimize2 size={18} aria-hidden />
              <Trans>Send a smaller copy ({size})</Trans>
            </Button>
          ) : null}
          <Button look="quiet" aria-label={t`Remove ${name}`} onClick={() => void remove(attached)}>
            <X size={18} aria-hidden />
          </Button>
        </AttachedAnswer>
      ) : null}
      <div className={styles.fileChoice}>
        <input
          ref={input}
          id={field.id}
          type="file"
          className="visually-hidden"
          accept={types.join(',')}
          aria-invalid={field.error ? true : undefined}
          aria-describedby={describedBy({ ...field, hint: true })}
          onChange={({ target }) => void add(target.files?.[0])}
        />
        <ButtonRow>
          <Button look="secondary" busy={busy} tabIndex={-1} aria-hidden onClick={() => press(input)}>
            <Paperclip size={18} aria-hidden />
            {attached ? <Trans>Choose another file</Trans> : <Trans>Choose a photo or a file</Trans>}
          </Button>
          {hasCamera() && types.includes('image/jpeg') ? (
            <Button look="secondary" onClick={() => press(camera)}>
              <Camera size={18} aria-hidden />
              <Trans>Take a photo</Trans>
            </Button>
          ) : null}
        </ButtonRow>
        <input
          ref={camera}
          type="file"
          hidden
          accept="image/*"
          capture="environment"
          onChange={({ target }) => void add(target.files?.[0])}
        />
      </div>
    </Field>
  )
}
