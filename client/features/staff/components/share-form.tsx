/** Shares a file with a client: which file, under which title, of which kind. A line that breaks costs one part at most. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { FILE_BYTES, FILE_TYPES } from '../../../../shared/domains/documents/limits.ts'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { ErrorSummary, type FieldProblem } from '../../../ui/error-summary.tsx'
import field from '../../../ui/field.module.css'
import { describedBy, Field, TextField } from '../../../ui/field.tsx'
import { Card, Notice, Progress } from '../../../ui/panel.tsx'
import { type Category, shareDocument } from '../documents-data.ts'
import styles from '../staff.module.css'
import { useCategoryNames } from './category-names.ts'

interface ShareFormProps {
  readonly clientId: string
  readonly onShared: (title: string) => void
}

function NotShared({ why }: { why: string }) {
  return (
    <Notice icon={CircleAlert} tone="bad" role="alert">
      <p>
        {why === 'offline' ? (
          <Trans>The line broke off. What arrived stays: press Share again to go on from there.</Trans>
        ) : null}
        {why === 'invalid_document' ? (
          <Trans>
            The clinic does not take this file: it has to be a PDF, a JPEG, PNG or WebP picture or plain text,
            and free of viruses. Nothing was shared.
          </Trans>
        ) : null}
        {why !== 'offline' && why !== 'invalid_document' ? (
          <Trans>The file was not shared. Try again in a moment.</Trans>
        ) : null}
      </p>
    </Notice>
  )
}

export function ShareForm({ clientId, onShared }: ShareFormProps) {
  const { t } = useLingui()
  const session = useSession()
  const names = useCategoryNames()
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | null>(null)
  const [title, setTitle] = useState('')
  const [category, setCategory] = useState<Category>('letter')
  const [attempt, setAttempt] = useState(0)
  const [key, setKey] = useState('')
  const [progress, setProgress] = useState<number | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  const found: FieldProblem[] = []
  if (file === null) found.push({ id: 'file', message: t`Choose a file` })
  else if (file.size > FILE_BYTES) found.push({ id: 'file', message: t`Choose a file of at most 20 MB` })
  else if (file.size === 0) found.push({ id: 'file', message: t`Choose a file that is not empty` })
  if (title.trim().length > 200)
    found.push({ id: 'title', message: t`Enter a title of at most 200 characters` })
  if (title.trim() === '') found.push({ id: 'title', message: t`Enter a title, as the client sees it` })
  const problems = attempt === 0 ? [] : found
  const problem = (id: string) => problems.find((one) => one.id === id)?.message
  const choose = (chosen: File | null) => {
    setFile(chosen)
    setKey(crypto.randomUUID())
    setWhy(null)
    if (chosen !== null && title.trim() === '') setTitle(chosen.name.replace(/\.\w{1,5}$/, ''))
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setAttempt(attempt + 1)
    setWhy(null)
    if (found.length > 0 || file === null) return
    setProgress(0)
    const content = new Uint8Array(await file.arrayBuffer())
    const sharing = { title: title.trim(), category, content, attempt: key }
    const trouble = await shareDocument(session, clientId, sharing, setProgress)
    setProgress(null)
    if (trouble !== null) {
      // What was refused is gone: the next attempt is another one.
      if (trouble !== 'offline') setKey(crypto.randomUUID())
      return setWhy(trouble)
    }
    setAttempt(0)
    setFile(null)
    setTitle('')
    if (input.current !== null) input.current.value = ''
    onShared(sharing.title)
  }
  const hint = t`A PDF, a picture (JPEG, PNG, WebP) or plain text, at most 20 MB.`
  return (
    <>
      <ErrorSummary problems={problems} attempt={attempt} />
      {why === null ? null : <NotShared why={why} />}
      <Card>
        <form onSubmit={submit} noValidate className={styles.form}>
          <Field id="file" label={t`File`} hint={hint} error={problem('file')}>
            <input
              ref={input}
              id="file"
              type="file"
              accept={Object.keys(FILE_TYPES).join(',')}
              aria-describedby={describedBy({ id: 'file', hint, error: problem('file') })}
              aria-invalid={problem('file') ? true : undefined}
              onChange={({ target }) => choose(target.files?.[0] ?? null)}
            />
          </Field>
          <TextField
            id="title"
            label={t`Title, as the client sees it`}
            value={title}
            onChange={setTitle}
            error={problem('title')}
          />
          <Field id="category" label={t`Kind`}>
            <select
              id="category"
              className={field.input}
              value={category}
              onChange={({ target }) => setCategory(target.value as Category)}
            >
              {Object.entries(names).map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
          {progress === null ? null : (
            <Progress value={progress} of={1}>
              <Trans>Sending the file</Trans>
            </Progress>
          )}
          <div>
            <Button type="submit" busy={progress !== null}>
              {progress === null ? <Trans>Share with the client</Trans> : <Trans>Sharing…</Trans>}
            </Button>
          </div>
        </form>
      </Card>
    </>
  )
}
