/**
 * The practice has published a newer version of the form that is open: what is different, what would become of each
 * answer, and the step over to it, which only the client takes. Looked for with the network; without it, nothing is said.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, RefreshCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Draft, FormDefinition } from '../../../../shared/domains/forms/schema.ts'
import { answersThatMove, differences } from '../../../../shared/questionnaire/differences.ts'
import { readForm } from '../../../../shared/questionnaire/expressions/read-form.ts'
import type { Questionnaire } from '../../../../shared/questionnaire/questionnaire.ts'
import { useSession, useSessionView } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { useOpenForm } from '../open-form.tsx'
import styles from './question.module.css'

interface Newer {
  readonly id: string
  readonly form: Questionnaire
}

const definitionIn = (body: unknown): FormDefinition | null => {
  const { definition } = Object(body) as { definition?: FormDefinition | null }
  return definition ?? null
}

function useNewer(draft: Draft, path: string): Newer | null {
  const { i18n } = useLingui()
  const session = useSession()
  const [newer, setNewer] = useState<Newer | null>(null)
  const { definitionId } = draft
  // biome-ignore lint/correctness/useExhaustiveDependencies: after the step over, it is asked again
  useEffect(() => {
    let gone = false
    const look = async () => {
      const { status, body } = await session.request({
        method: 'GET',
        path: `${path.replace('?', '/newer?')}`,
      })
      const definition = status === 200 ? definitionIn(body) : null
      const read = definition && (await readForm(definition.questionnaire, { language: i18n.locale }))
      if (!gone) setNewer(definition && read?.ok ? { id: definition.id, form: read.value } : null)
    }
    look().catch(() => {})
    return () => {
      gone = true
    }
  }, [session, path, definitionId, i18n.locale])
  return newer
}

export function NewerVersion({ draft }: { draft: Draft }) {
  const { record } = useSessionView()
  const session = useSession()
  const { store, questionnaire } = useOpenForm()
  const path = `/api/v1/portal/forms/${draft.id}?${record ? `client=${record.client}` : ''}`
  const newer = useNewer(draft, path)
  const [shown, setShown] = useState(false)
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')
  if (newer === null) return null
  const found = differences(questionnaire, newer.form)
  const added = found.filter(({ kind }) => kind === 'added')
  const changed = found.filter(({ kind }) => kind === 'changed')
  const kept = answersThatMove(newer.form, draft.answers)
  const gone = found.filter(({ kind }) => kind === 'removed')
  const move = async () => {
    setState('busy')
    await store.flush().catch(() => {})
    const { status } = await session.request({
      method: 'POST',
      path: path.replace('?', '/move?'),
      body: { definitionId: newer.id },
    })
    setState(status === 200 ? 'idle' : 'failed')
  }
  const list = (items: readonly { readonly linkId: string; readonly text: string }[]) => (
    <ul>
      {items.map(({ linkId, text }) => (
        <li key={linkId}>{text || linkId}</li>
      ))}
    </ul>
  )
  return (
    <Notice icon={RefreshCw} role="status">
      <p>
        <Trans>
          Your practice has a newer version of this form. You can go on with this one, or move your answers.
        </Trans>
      </p>
      {shown ? (
        <div className={styles.entry}>
          {added.length > 0 ? (
            <div>
              <strong>
                <Trans>New questions</Trans>
              </strong>
              {list(added)}
            </div>
          ) : null}
          {changed.length > 0 ? (
            <div>
              <strong>
                <Trans>Changed questions</Trans>
              </strong>
              {list(changed)}
            </div>
          ) : null}
          {gone.length > 0 ? (
            <div>
              <strong>
                <Trans>Questions that are gone; what you answered stays visible and is not handed in</Trans>
              </strong>
              {list(gone)}
            </div>
          ) : null}
          <p>
            <Plural value={kept} one="# of your answers moves along." other="# of your answers move along." />
          </p>
        </div>
      ) : null}
      {state === 'failed' ? (
        <p role="alert">
          <CircleAlert size={18} aria-hidden />{' '}
          <Trans>This did not work. Nothing was changed; try again when you are connected.</Trans>
        </p>
      ) : null}
      <ButtonRow>
        {shown ? (
          <Button busy={state === 'busy'} onClick={move}>
            <Trans>Move to the newer version</Trans>
          </Button>
        ) : (
          <Button look="secondary" onClick={() => setShown(true)}>
            <Trans>See what is different</Trans>
          </Button>
        )}
      </ButtonRow>
    </Notice>
  )
}
