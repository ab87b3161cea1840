/** Where a message is written. Every letter is sealed on this device within a second; Send can be taken back for a moment. */
import { Trans, useLingui } from '@lingui/react/macro'
import { SendHorizontal } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { BODY_LENGTH, SUBJECT_LENGTH } from '../../../../shared/domains/messages/limits.ts'
import { saysSomething } from '../../../../shared/domains/messages/said.ts'
import { browserTimers, createAutosave, type SaveState } from '../../../drafts/autosave.ts'
import type { Outgoing, ReplicaDatabase } from '../../../replica/replica-database.ts'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Option } from '../../../ui/choice.tsx'
import { TextArea, TextField } from '../../../ui/field.tsx'
import styles from '../messages.module.css'
import { keepWritten, NEW, pressSend, type Written } from '../outgoing.ts'
import { FileChoice } from './file-choice.tsx'

interface ComposerProps {
  readonly replica: ReplicaDatabase
  /** The conversation, or {@link NEW}. */
  readonly place: string
  /** Of the conversation; a new one asks for it. */
  readonly subject: string
  readonly kept: Outgoing | undefined
}

export function Composer({ replica, place, subject, kept }: ComposerProps) {
  const { t } = useLingui()
  const [written, setWritten] = useState<Written>({
    subject: kept?.subject ?? subject,
    body: kept?.body ?? '',
    priority: kept?.priority ?? 'normal',
    attachments: kept?.attachments ?? [],
  })
  const [save, setSave] = useState<SaveState>('saved')
  const [problems, setProblems] = useState<{ subject?: string; body?: string }>({})
  const latest = useRef(written)
  const [autosave] = useState(() =>
    createAutosave({
      timers: browserTimers,
      write: () => keepWritten(replica, place, latest.current),
      onState: setSave,
    }),
  )
  // Written on in another tab, and nothing here that is not on the disk: the same text shows in both.
  useEffect(() => {
    if (kept === undefined || save !== 'saved') return
    const { subject, body, priority, attachments = [] } = kept
    latest.current = { subject, body, priority, attachments }
    setWritten(latest.current)
  }, [kept, save])
  // What was typed is written before the page goes, whichever way it goes.
  useEffect(() => {
    const flush = () => void autosave.flush().catch(() => {})
    window.addEventListener('pagehide', flush)
    return () => {
      window.removeEventListener('pagehide', flush)
      flush()
    }
  }, [autosave])
  const edit = useCallback(
    (change: Partial<Written>) => {
      latest.current = { ...latest.current, ...change }
      setWritten(latest.current)
      setProblems({})
      autosave.touch()
    },
    [autosave],
  )
  const send = async () => {
    const missing = {
      ...(written.subject.trim() ? {} : { subject: t`Say in a few words what it is about` }),
      ...(saysSomething(written) ? {} : { body: t`Write your message, or add a photo or a file` }),
    }
    setProblems(missing)
    if (missing.subject !== undefined || missing.body !== undefined) {
      document.getElementById(missing.subject ? 'message-subject' : 'message-body')?.focus()
      return
    }
    await autosave.flush()
    await pressSend(replica, place, written)
  }
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      {place === NEW ? (
        <TextField
          id="message-subject"
          label={t`What is it about?`}
          value={written.subject}
          onChange={(value) => edit({ subject: value.slice(0, SUBJECT_LENGTH) })}
          error={problems.subject}
        />
      ) : null}
      <TextArea
        id="message-body"
        label={place === NEW ? t`Your message` : t`Your answer`}
        optional={written.attachments.length > 0}
        value={written.body}
        rows={place === NEW ? 8 : 4}
        maxLength={BODY_LENGTH}
        onChange={(body) => edit({ body })}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send()
        }}
        error={problems.body}
      />
      <FileChoice
        files={written.attachments}
        onChange={async (attachments) => {
          edit({ attachments: [...attachments] })
          await autosave.flush()
        }}
      />
      <Option
        id="message-urgent"
        type="checkbox"
        name="message-urgent"
        checked={written.priority === 'urgent'}
        onChange={(checked) => edit({ priority: checked ? 'urgent' : 'normal' })}
      >
        <Trans>This cannot wait until the next working day</Trans>
      </Option>
      <ButtonRow>
        <Button type="submit">
          <SendHorizontal size={18} aria-hidden />
          <Trans>Send</Trans>
        </Button>
      </ButtonRow>
      <p className={styles.soft} aria-live="polite">
        {save === 'failing' ? (
          <Trans>
            This device cannot save what you type at the moment. It tries again; keep this page open.
          </Trans>
        ) : null}
        {save === 'saved' &&
        (written.body.trim() ||
          written.attachments.length > 0 ||
          (place === NEW && written.subject.trim())) ? (
          <Trans>Saved on this device</Trans>
        ) : null}
        {save === 'unsaved' || save === 'saving' ? <Trans>Saving …</Trans> : null}
      </p>
    </form>
  )
}
