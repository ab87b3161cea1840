/** Something on file is wrong: said to the practice as a message, with no network if need be. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, CircleAlert } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { authorIn } from '../../replica/conversations.ts'
import { useReplica, useSessionView } from '../../replica/session-context.tsx'
import { useKept } from '../../replica/use-kept.ts'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { ChoiceGroup, Option } from '../../ui/choice.tsx'
import { ErrorSummary } from '../../ui/error-summary.tsx'
import { TextArea } from '../../ui/field.tsx'
import { backClass, Page } from '../../ui/page.tsx'
import { Notice } from '../../ui/panel.tsx'
import { askForCorrection } from './commands.ts'
import styles from './profile.module.css'

const PARTS = ['name', 'born', 'email', 'phone', 'address', 'other'] as const
type Part = (typeof PARTS)[number]
interface Correction {
  readonly part: Part | ''
  readonly text: string
}

function asCorrection(kept: unknown): Correction {
  const { part, text } = (kept ?? {}) as { part?: unknown; text?: unknown }
  return {
    part: PARTS.find((one) => one === part) ?? '',
    text: typeof text === 'string' ? text : '',
  }
}

export function CorrectionPage() {
  const { t } = useLingui()
  const replica = useReplica()
  const navigate = useNavigate()
  const view = useSessionView()
  const { value: wish, put, forget } = useKept('correction', asCorrection)
  const [attempt, setAttempt] = useState(0)
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')
  const names: Record<Part, string> = {
    name: t`Name`,
    born: t`Date of birth`,
    email: t`Email`,
    phone: t`Phone`,
    address: t`Address`,
    other: t`Something else`,
  }
  if (wish === undefined || replica === null) return null
  const problems =
    attempt === 0
      ? []
      : [
          ...(wish.part === '' ? [{ id: 'part', message: t`Choose what is not right` }] : []),
          ...(wish.text.trim() === '' ? [{ id: 'text', message: t`Write what it should be` }] : []),
        ]
  const problemOf = (id: string) => problems.find((one) => one.id === id)?.message
  const send = async (event: FormEvent) => {
    event.preventDefault()
    setAttempt(attempt + 1)
    if (wish.part === '' || wish.text.trim() === '') return
    setState('busy')
    try {
      const threadId = await askForCorrection(replica, {
        subject: t`Correction of personal information`,
        body: `${names[wish.part]}: ${wish.text.trim()}`,
        author: authorIn(view),
        authorName: view.person?.name ?? '',
      })
      await forget()
      await navigate({ to: '/messages/$threadId', params: { threadId } })
    } catch {
      setState('failed')
    }
  }
  return (
    <Page
      title={t`Ask for a correction`}
      above={
        <Link to="/profile" className={backClass}>
          <ChevronLeft size={18} aria-hidden />
          <Trans>Profile</Trans>
        </Link>
      }
      lead={
        <p>
          <Trans>
            It goes to your practice as a message, and the answer comes to your messages. Nothing changes
            before somebody there has looked at it.
          </Trans>
        </p>
      }
    >
      <form onSubmit={send} noValidate autoComplete="off" className={styles.form}>
        <ErrorSummary attempt={attempt} problems={problems} />
        <ChoiceGroup id="part" label={t`What is not right?`} role="radiogroup" error={problemOf('part')}>
          {PARTS.map((part) => (
            <Option
              key={part}
              id={`part-${part}`}
              type="radio"
              name="part"
              checked={wish.part === part}
              onChange={() => put({ ...wish, part })}
            >
              {names[part]}
            </Option>
          ))}
        </ChoiceGroup>
        <TextArea
          id="text"
          label={t`What should it be?`}
          maxLength={2_000}
          value={wish.text}
          error={problemOf('text')}
          onChange={(text) => put({ ...wish, text })}
        />
        {state === 'failed' ? (
          <Notice icon={CircleAlert} tone="bad" role="alert">
            <p>
              <Trans>
                The request could not be saved on this device. What you wrote is still here; please try again.
              </Trans>
            </p>
          </Notice>
        ) : null}
        <ButtonRow>
          <Button type="submit" busy={state === 'busy'}>
            <Trans>Send the request</Trans>
          </Button>
          <Button look="quiet" onClick={() => void navigate({ to: '/profile' })}>
            <Trans>Not now</Trans>
          </Button>
        </ButtonRow>
      </form>
    </Page>
  )
}
