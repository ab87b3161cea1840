/** Saved cards of the account: which there are, saving one at the payment service, removing one. Live only. */

import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, CreditCard, Plus } from 'lucide-react'
import { useState } from 'react'
import { preferredLanguage } from '../../../shared/domains/profile/preferences.ts'
import { useSession } from '../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { takeFocus, useFocusBack } from '../../ui/focus-back.ts'
import { Page } from '../../ui/page.tsx'
import { EmptyState, Notice } from '../../ui/panel.tsx'
import styles from './billing.module.css'
import { leaveFor, methodPath, methodsPath, readPlace, type SavedMethod } from './billing-data.ts'
import { Back } from './components/back.tsx'
import { DemoNotice, NotNow } from './components/notices.tsx'
import { useMethods } from './use-methods.ts'

interface MethodLineProps {
  readonly method: SavedMethod
  readonly onRemove: () => Promise<void>
}

function MethodLine({ method: { id, label, expires }, onRemove }: MethodLineProps) {
  const { t } = useLingui()
  const [sure, setSure] = useState(false)
  const [busy, setBusy] = useState(false)
  const first = useFocusBack<HTMLButtonElement>(sure)
  const until = expires ? `${String(expires.month).padStart(2, '0')}/${expires.year}` : ''
  const remove = async () => {
    setBusy(true)
    await onRemove()
    setBusy(false)
  }
  return (
    <li className={styles.saved}>
      <span className={styles.what}>
        <strong id={`card-${id}`}>{label}</strong>
        {expires ? (
          <span className={styles.soft}>
            <Trans>Expires {until}</Trans>
          </span>
        ) : null}
      </span>
      {sure ? (
        <ButtonRow>
          <Button look="danger" onClick={remove} busy={busy} aria-label={t`Remove ${label}`}>
            <Trans>Remove</Trans>
          </Button>
          <Button look="quiet" ref={takeFocus} onClick={() => setSure(false)}>
            <Trans>Keep it</Trans>
          </Button>
        </ButtonRow>
      ) : (
        <Button look="quiet" ref={first} onClick={() => setSure(true)} aria-describedby={`card-${id}`}>
          <Trans>Remove…</Trans>
        </Button>
      )}
    </li>
  )
}

export function MethodsPage() {
  const { i18n, t } = useLingui()
  const session = useSession()
  const { methods, again } = useMethods()
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')
  const add = async () => {
    setState('busy')
    const { status, body } = await session.request({
      method: 'POST',
      path: methodsPath,
      body: { language: preferredLanguage([i18n.locale]) },
    })
    const url = status === 201 ? readPlace(body) : null
    if (url === null || !leaveFor(url)) setState('failed')
  }
  const remove = async (id: string) => {
    const { status } = await session.request({ method: 'DELETE', path: methodPath(id) })
    setState(status === 204 || status === 404 ? 'idle' : 'failed')
    again()
  }
  const ready = methods.state === 'ready' && methods.value.online ? methods.value : null
  return (
    <Page
      title={t`Saved cards`}
      above={<Back />}
      lead={
        <p>
          <Trans>
            Cards are kept by the payment service, for your account alone: nobody else can use them here.
          </Trans>
        </p>
      }
    >
      <NotNow methods={methods} again={again} />
      <DemoNotice methods={methods} />
      {state === 'failed' ? (
        <Notice icon={CircleAlert} tone="bad" role="alert">
          <p>
            <Trans>
              The payment service could not do this now. Nothing was changed: try again in a moment.
            </Trans>
          </p>
        </Notice>
      ) : null}
      {ready?.items.length === 0 ? (
        <EmptyState icon={CreditCard} title={<Trans>No saved cards</Trans>}>
          <p>
            <Trans>Save one to pay without typing it every time.</Trans>
          </p>
        </EmptyState>
      ) : null}
      {ready && ready.items.length > 0 ? (
        <ul className={styles.list}>
          {ready.items.map((method) => (
            <MethodLine key={method.id} method={method} onRemove={() => remove(method.id)} />
          ))}
        </ul>
      ) : null}
      {ready ? (
        <div>
          <Button look="secondary" onClick={add} busy={state === 'busy'}>
            <Plus size={18} aria-hidden />
            <Trans>Save a card</Trans>
          </Button>
        </div>
      ) : null}
    </Page>
  )
}
