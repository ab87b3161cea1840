/** The people of the practice: who can sign in, adding a colleague, opening a lock, closing an account. For admins. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleCheckBig } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useSession, useSessionView } from '../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { Page, Part } from '../../ui/page.tsx'
import { Notice } from '../../ui/panel.tsx'
import {
  type Colleague,
  closePath,
  readTeam,
  signOutPath,
  TEAM_PATH,
  unlockPath,
  whyNot,
} from './accounts-data.ts'
import { AccountState } from './components/account-state.tsx'
import { AccountTrouble } from './components/account-trouble.tsx'
import { AddColleague } from './components/add-colleague.tsx'
import { Machines } from './components/machines.tsx'
import { NotReady } from './components/not-ready.tsx'
import { RoleName } from './components/role-name.tsx'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

const ResetFactors = lazy(() => import('./components/reset-factors.tsx'))
const Dialog = lazy(() => import('../../ui/dialog.tsx'))

const PATHS = { unlocked: unlockPath, 'signed-out': signOutPath, closed: closePath } as const
type Done = keyof typeof PATHS | 'added' | 'reset'

export function TeamPage() {
  const { t } = useLingui()
  const session = useSession()
  const { person } = useSessionView()
  const { data, again } = useServerData(TEAM_PATH, readTeam)
  const [closing, setClosing] = useState<Colleague | null>(null)
  const [resetting, setResetting] = useState<Colleague | null>(null)
  const [done, setDone] = useState<{ what: Done; name: string } | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  const act = async (what: keyof typeof PATHS, { id, name }: Colleague) => {
    setWhy(null)
    setDone(null)
    const path = PATHS[what](id)
    const answer = await session.request({ method: 'POST', path })
    if (answer.status === 204) setDone({ what, name })
    else setWhy(whyNot(answer))
    setClosing(null)
    again()
  }
  const closingName = closing?.name ?? ''
  return (
    <Page title={t`Team`} wide>
      {done === null ? null : (
        <Notice icon={CircleCheckBig} tone="good" role="status">
          <p>
            {done.what === 'added' ? (
              <Trans>
                {done.name} gets a message with a link to choose a password. The link is good for 3 days.
              </Trans>
            ) : null}
            {done.what === 'unlocked' ? <Trans>{done.name} can sign in again.</Trans> : null}
            {done.what === 'signed-out' ? <Trans>{done.name} is signed out everywhere.</Trans> : null}
            {done.what === 'reset' ? (
              <Trans>The two-step sign-in of {done.name} is reset. They are told by email.</Trans>
            ) : null}
            {done.what === 'closed' ? <Trans>The account of {done.name} is closed.</Trans> : null}
          </p>
        </Notice>
      )}
      <AccountTrouble why={why} />
      <NotReady data={data} again={again} />
      {data.state === 'ready' ? (
        <ul className={styles.list}>
          {data.value.map((colleague) => (
            <li key={colleague.id} className={styles.line}>
              <span className={styles.who}>
                <strong id={`colleague-${colleague.id}`}>{colleague.name}</strong>
                <span>{colleague.email}</span>
                <span>
                  <RoleName role={colleague.role} />
                </span>
              </span>
              <AccountState state={colleague.state} />
              <ButtonRow>
                {colleague.state === 'locked' ? (
                  <Button
                    look="secondary"
                    aria-describedby={`colleague-${colleague.id}`}
                    onClick={() => act('unlocked', colleague)}
                  >
                    <Trans>Unlock</Trans>
                  </Button>
                ) : null}
                {colleague.id === person?.accountId ? null : (
                  <>
                    {colleague.state === 'invited' ? null : (
                      <>
                        <Button
                          look="quiet"
                          aria-describedby={`colleague-${colleague.id}`}
                          onClick={() => act('signed-out', colleague)}
                        >
                          <Trans>Sign out everywhere</Trans>
                        </Button>
                        <Button
                          look="quiet"
                          aria-describedby={`colleague-${colleague.id}`}
                          onClick={() => setResetting(colleague)}
                        >
                          <Trans>Reset two-step</Trans>
                        </Button>
                      </>
                    )}
                    <Button
                      look="quiet"
                      aria-describedby={`colleague-${colleague.id}`}
                      onClick={() => setClosing(colleague)}
                    >
                      <Trans>Close account</Trans>
                    </Button>
                  </>
                )}
              </ButtonRow>
            </li>
          ))}
        </ul>
      ) : null}
      <Part title={<Trans>Add a colleague</Trans>} id="add">
        <AddColleague
          onAdded={(name) => {
            setDone({ what: 'added', name })
            again()
          }}
        />
      </Part>
      {resetting === null ? null : (
        <Suspense>
          <ResetFactors
            accountId={resetting.id}
            name={resetting.name}
            onClose={() => setResetting(null)}
            onDone={() => {
              setDone({ what: 'reset', name: resetting.name })
              setResetting(null)
            }}
          />
        </Suspense>
      )}
      <Machines />
      {closing === null ? null : (
        <Suspense>
          <Dialog
            title={t`Close the account of ${closingName}?`}
            onClose={() => setClosing(null)}
            buttons={
              <>
                <Button look="danger" onClick={() => act('closed', closing)}>
                  <Trans>Close account</Trans>
                </Button>
                <Button look="secondary" onClick={() => setClosing(null)}>
                  <Trans>Cancel</Trans>
                </Button>
              </>
            }
          >
            <p>
              <Trans>
                It is signed out everywhere at once and cannot be opened again. What was noted and reviewed
                under this name stays.
              </Trans>
            </p>
          </Dialog>
        </Suspense>
      )}
    </Page>
  )
}
