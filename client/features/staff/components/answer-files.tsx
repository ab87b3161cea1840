/** Files that go with an answer: sent when the answer is, and again from where a broken line left off. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useRef, useState } from 'react'
import { FILE_BYTES, FILE_TYPES } from '../../../../shared/domains/documents/limits.ts'
import { MOST_ATTACHMENTS } from '../../../../shared/domains/messages/limits.ts'
import type { Message } from '../../../../shared/domains/messages/schema.ts'
import { useSession } from '../../../replica/session-context.tsx'
import { describedBy, Field } from '../../../ui/field.tsx'
import { Progress } from '../../../ui/panel.tsx'
import { sendForMessage } from '../documents-data.ts'
import styles from '../staff-messages.module.css'

type Attachments = Message['attachments']
interface AnswerFile {
  readonly id: string
  readonly file: File
}
export interface AnswerFilesState {
  readonly count: number
  readonly progress: number | null
  readonly problem: string | undefined
  readonly input: React.RefObject<HTMLInputElement | null>
  choose(files: readonly File[]): void
  /** Null: not all of them are there, and it is said why. */
  send(): Promise<Attachments | null>
  clear(): void
}

export function useAnswerFiles(clientId: string): AnswerFilesState {
  const { t } = useLingui()
  const session = useSession()
  const input = useRef<HTMLInputElement>(null)
  const [files, setFiles] = useState<readonly AnswerFile[]>([])
  const [progress, setProgress] = useState<number | null>(null)
  const [problem, setProblem] = useState<string>()
  const reason = (why: string, name: string) => {
    if (why === 'offline')
      return t`The line broke off. What arrived stays: press Send again to go on from there.`
    if (why === 'invalid_document')
      return t`“${name}” is not taken: it has to be a PDF, a JPEG, PNG or WebP picture or plain text, and free of viruses.`
    return t`“${name}” was not sent. Try again in a moment.`
  }
  return {
    count: files.length,
    progress,
    problem,
    input,
    choose(chosen) {
      setProblem(undefined)
      setFiles(chosen.map((file) => ({ id: crypto.randomUUID(), file })))
      if (chosen.length > MOST_ATTACHMENTS) setProblem(t`Choose at most ${MOST_ATTACHMENTS} files`)
      const wrong = chosen.find(({ size }) => size === 0 || size > FILE_BYTES)
      if (wrong) setProblem(t`“${wrong.name}” is empty, or larger than 20 MB`)
    },
    async send() {
      if (problem !== undefined && files.some(({ file }) => file.size === 0 || file.size > FILE_BYTES))
        return null
      if (files.length > MOST_ATTACHMENTS) return null
      setProblem(undefined)
      const sent: Attachments = []
      for (const { id, file } of files) {
        const content = new Uint8Array(await file.arrayBuffer())
        const name = file.name.trim().slice(-200) || 'file'
        const done = await sendForMessage(session, clientId, { id, name, content }, setProgress)
        setProgress(null)
        if (typeof done === 'string') {
          setProblem(reason(done, file.name))
          // What was refused is gone: the next attempt is another one.
          if (done !== 'offline')
            setFiles((before) =>
              before.map((one) => (one.id === id ? { ...one, id: crypto.randomUUID() } : one)),
            )
          return null
        }
        sent.push(done)
      }
      return sent
    },
    clear() {
      setFiles([])
      if (input.current !== null) input.current.value = ''
    },
  }
}

export function AnswerFiles({ files }: { files: AnswerFilesState }) {
  const { t } = useLingui()
  const hint = t`PDF, pictures (JPEG, PNG, WebP) or plain text, at most 20 MB each.`
  const { problem: error, progress } = files
  return (
    <div className={styles.file}>
      <Field id="answer-files" label={t`Files (optional)`} hint={hint} error={error}>
        <input
          ref={files.input}
          id="answer-files"
          type="file"
          multiple
          accept={Object.keys(FILE_TYPES).join(',')}
          aria-describedby={describedBy({ id: 'answer-files', hint, error })}
          aria-invalid={error ? true : undefined}
          onChange={({ target }) => files.choose([...(target.files ?? [])])}
        />
      </Field>
      {progress === null ? null : (
        <Progress value={progress} of={1}>
          <Trans>Sending the file</Trans>
        </Progress>
      )}
    </div>
  )
}
