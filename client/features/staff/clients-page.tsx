/** The clients of the practice and whether they can sign in: inviting them, opening a lock, looking at their devices. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleCheckBig, UserRoundX } from 'lucide-react'
import { type FormEvent, lazy, Suspense, useState } from 'react'
import { useSession } from '../../replica/session-context.tsx'
import { Button, ButtonRow, buttonClass } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, Notice } from '../../ui/panel.tsx'
import {
  type ClientAccount,
  clientAccounts,
  readClientAccounts,
  unlockPath,
  whyNot,
} from './accounts-data.ts'
import { AccountState } from './components/account-state.tsx'
import { AccountTrouble } from './components/account-trouble.tsx'
import { DisputedPayments } from './components/disputes.tsx'
import { NotReady } from './components/not-ready.tsx'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

const ResetFactors = lazy(() => import('./components/reset-factors.tsx'))
const InviteDialog = lazy(() => import('./components/invite-dialog.tsx'))

interface ClientLineProps {
  readonly client: ClientAccount
  readonly onInvite: () => void
  readonly onUnlock: () => void
  readonly onReset: () => void
}

function ClientLine({ client, onInvite, onUnlock, onReset }: ClientLineProps) {
  const { clientId, name, state, lockedUntil } = client
  const id = `client-${clientId}`
  return (
    <li className={styles.line}>
      <span className={styles.who}>
        <strong id={id}>{name}</strong>
      </span>
      <AccountState state={state} lockedUntil={lockedUntil} />
      <div className={styles.actions}>
        {state === 'none' || state === 'invited' ? (
          <Button look="secondary" aria-describedby={id} onClick={onInvite}>
            {state === 'none' ? <Trans>Invite</Trans> : <Trans>Invite again</Trans>}
          </Button>
        ) : null}
        {state === 'locked' ? (
          <Button look="secondary" aria-describedby={id} onClick={onUnlock}>
            <Trans>Unlock</Trans>
          </Button>
        ) : null}
        <Link
          to="/staff/clients/$clientId/billing"
          params={{ clientId }}
          className={buttonClass('quiet')}
          aria-describedby={id}
        >
          <Trans>Account</Trans>
        </Link>
        <Link
          to="/staff/clients/$clientId/forms"
          params={{ clientId }}
          className={buttonClass('quiet')}
          aria-describedby={id}
        >
          <Trans>Forms</Trans>
        </Link>
        <Link
          to="/staff/clients/$clientId/documents"
          params={{ clientId }}
          className={buttonClass('quiet')}
          aria-describedby={id}
        >
          <Trans>Documents</Trans>
        </Link>
        {state === 'active' || state === 'locked' ? (
          <Link
            to="/staff/clients/$clientId/devices"
            params={{ clientId }}
            className={buttonClass('quiet')}
            aria-describedby={id}
          >
            <Trans>Devices</Trans>
          </Link>
        ) : null}
        {state === 'active' || state === 'locked' ? (
          <Button look="quiet" aria-describedby={id} onClick={onReset}>
            <Trans>Reset two-step</Trans>
          </Button>
        ) : null}
        <Link
          to="/staff/clients/$clientId/closing"
          params={{ clientId }}
          className={buttonClass('quiet')}
          aria-describedby={id}
        >
          {state === 'closed' ? <Trans>Closed record</Trans> : <Trans>Close record</Trans>}
        </Link>
      </div>
    </li>
  )
}

export function ClientsPage() {
  const { t } = useLingui()
  const session = useSession()
  const [typed, setTyped] = useState('')
  const [search, setSearch] = useState('')
  const [cursors, setCursors] = useState<readonly string[]>([])
  const { data, again } = useServerData(clientAccounts(search, cursors.at(-1)), readClientAccounts)
  const [inviting, setInviting] = useState<ClientAccount | null>(null)
  const [resetting, setResetting] = useState<ClientAccount | null>(null)
  const [reset, setReset] = useState<string | null>(null)
  const [unlocked, setUnlocked] = useState<string | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  const found = data.state === 'ready' ? data.value : null
  const find = (event: FormEvent) => {
    event.preventDefault()
    setCursors([])
    setSearch(typed.trim())
    again()
  }
  const unlock = async ({ accountId, name }: ClientAccount) => {
    if (accountId === null) return
    setWhy(null)
    const answer = await session.request({ method: 'POST', path: unlockPath(accountId) })
    if (answer.status === 204) setUnlocked(name)
    else setWhy(whyNot(answer))
    again()
  }
  return (
    <Page title={t`Clients and their accounts`} tabTitle={t`Clients`} wide>
      <DisputedPayments />
      <form onSubmit={find} className={styles.search}>
        <TextField id="search" label={t`Name`} value={typed} onChange={setTyped} spellCheck={false} />
        <Button type="submit" look="secondary">
          <Trans>Search</Trans>
        </Button>
      </form>
      {unlocked === null ? null : (
        <Notice icon={CircleCheckBig} tone="good" role="status">
          <p>
            <Trans>{unlocked} can sign in again.</Trans>
          </p>
        </Notice>
      )}
      {reset === null ? null : (
        <Notice icon={CircleCheckBig} tone="good" role="status">
          <p>
            <Trans>The two-step sign-in of {reset} is reset. They are told by email.</Trans>
          </p>
        </Notice>
      )}
      <AccountTrouble why={why} />
      <NotReady data={data} again={again} />
      {found?.items.length === 0 ? (
        <EmptyState icon={UserRoundX} title={<Trans>Nobody was found</Trans>}>
          <p>
            <Trans>Only clients of your practice are listed. A part of the name is enough.</Trans>
          </p>
        </EmptyState>
      ) : null}
      {found && found.items.length > 0 ? (
        <ul className={styles.list}>
          {found.items.map((client) => (
            <ClientLine
              key={client.clientId}
              client={client}
              onInvite={() => setInviting(client)}
              onUnlock={() => unlock(client)}
              onReset={() => setResetting(client)}
            />
          ))}
        </ul>
      ) : null}
      <ButtonRow>
        {cursors.length > 0 ? (
          <Button look="secondary" onClick={() => setCursors(cursors.slice(0, -1))}>
            <Trans>Back</Trans>
          </Button>
        ) : null}
        {found?.next ? (
          <Button look="secondary" onClick={() => setCursors([...cursors, found.next ?? ''])}>
            <Trans>More</Trans>
          </Button>
        ) : null}
      </ButtonRow>
      {resetting?.accountId ? (
        <Suspense>
          <ResetFactors
            accountId={resetting.accountId}
            name={resetting.name}
            onClose={() => setResetting(null)}
            onDone={() => {
              setReset(resetting.name)
              setResetting(null)
            }}
          />
        </Suspense>
      ) : null}
      {inviting === null ? null : (
        <Suspense>
          <InviteDialog
            client={inviting}
            onClose={() => {
              setInviting(null)
              again()
            }}
          />
        </Suspense>
      )}
    </Page>
  )
}
