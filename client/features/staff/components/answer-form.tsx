/** The practice's answer. What is typed stays in the form until the server has it; sending again makes no second message. */
import { Trans, useLingui } from '@lingui/react/macro'
import { SendHorizontal } from 'lucide-react'
import { useRef, useState } from 'react'
import { BODY_LENGTH } from '../../../../shared/domains/messages/limits.ts'
import { useSession } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { TextArea } from '../../../ui/field.tsx'
import { readTemplates, TEMPLATES_PATH } from '../messages-data.ts'
import styles from '../staff-messages.module.css'
import { useServerData } from '../use-server-data.ts'
import { AnswerFiles, useAnswerFiles } from './answer-files.tsx'

function Templates({ onChosen }: { onChosen: (body: string) => void }) {
  const { t } = useLingui()
  const { data } = useServerData(TEMPLATES_PATH, readTemplates)
  const templates = data.state === 'ready' ? data.value : []
  if (templates.length === 0) return null
  return (
    <div className={styles.turn}>
      <label htmlFor="template">
        <Trans>Start from a text</Trans>
      </label>
      <select
        id="template"
        value=""
        onChange={(event) => {
          const chosen = templates.find(({ id }) => id === event.target.value)
          if (chosen) onChosen(chosen.body)
        }}
      >
        <option value="">{t`Choose …`}</option>
        {templates.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </div>
  )
}

interface AnswerFormProps {
  readonly clientId: string
  readonly path: string
  readonly onSent: () => void
}

export function AnswerForm({ clientId, path, onSent }: AnswerFormProps) {
  const { t } = useLingui()
  const session = useSession()
  const [body, setBody] = useState('')
  const [state, setState] = useState<'idle' | 'sending' | 'failed' | 'sent'>('idle')
  const [error, setError] = useState<string>()
  const [kept, setKept] = useState(false)
  const key = useRef(crypto.randomUUID())
  const files = useAnswerFiles(clientId)
  const edit = (next: string) => {
    setBody(next)
    setError(undefined)
    setState('idle')
    setKept(false)
  }
  const send = async () => {
    if (body.trim() === '' && files.count === 0) {
      setError(t`Write your answer, or choose a file`)
      return
    }
    setError(undefined)
    setState('sending')
    const attachments = await files.send()
    if (attachments === null) {
      setState('idle')
      return
    }
    const { status } = await session.request({
      method: 'POST',
      path,
      body: { body, attachments },
      idempotencyKey: key.current,
    })
    if (status !== 201) {
      setState('failed')
      return
    }
    key.current = crypto.randomUUID()
    setBody('')
    files.clear()
    setState('sent')
    onSent()
  }
  const keep = async () => {
    const title =
      body
        .trim()
        .split(/[.!?\n]/)[0]
        ?.slice(0, 100) || t`Text`
    const { status } = await session.request({ method: 'POST', path: TEMPLATES_PATH, body: { title, body } })
    setKept(status === 201)
  }
  return (
    <form
      className={styles.answer}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <Templates onChosen={(text) => edit(body.trim() ? `${body}\n\n${text}` : text)} />
      <TextArea
        id="answer"
        label={t`Your answer`}
        optional={files.count > 0}
        value={body}
        rows={5}
        maxLength={BODY_LENGTH}
        onChange={edit}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send()
        }}
        error={error}
      />
      <AnswerFiles files={files} />
      <ButtonRow>
        <Button type="submit" busy={state === 'sending'}>
          <SendHorizontal size={18} aria-hidden />
          <Trans>Send</Trans>
        </Button>
        {body.trim() ? (
          <Button look="quiet" onClick={() => void keep()}>
            <Trans>Keep as a text to start from (nothing about a client)</Trans>
          </Button>
        ) : null}
      </ButtonRow>
      <p role="status" className={styles.soft}>
        {state === 'sent' ? <Trans>Sent.</Trans> : null}
        {kept ? <Trans>Kept.</Trans> : null}
      </p>
      <p role="alert" className={styles.failed}>
        {state === 'failed' ? (
          <Trans>
            Your answer was not sent: the server did not take it. It is still here; send it again in a moment.
          </Trans>
        ) : null}
      </p>
    </form>
  )
}
