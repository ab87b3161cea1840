/** Programs that are let into the practice's records: letting one in by the public half of its key, and ending that. */
import { Trans, useLingui } from '@lingui/react/macro'
import { lazy, Suspense, useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Part } from '../../../ui/page.tsx'
import { momentOf } from '../../../ui/time.ts'
import { MACHINES_PATH, type Machine, readMachines, revokeMachinePath, whyNot } from '../accounts-data.ts'
import styles from '../staff.module.css'
import { useServerData } from '../use-server-data.ts'
import { AccountTrouble } from './account-trouble.tsx'
import { AddMachine } from './add-machine.tsx'

const Dialog = lazy(() => import('../../../ui/dialog.tsx'))

export function Machines() {
  const { t, i18n } = useLingui()
  const session = useSession()
  const { data, again } = useServerData(MACHINES_PATH, readMachines)
  const [ending, setEnding] = useState<Machine | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  const day = (at: number) => momentOf(i18n.locale, at)
  const end = async ({ id }: Machine) => {
    const answer = await session.request({ method: 'POST', path: revokeMachinePath(id) })
    setWhy(answer.status === 204 ? null : whyNot(answer))
    setEnding(null)
    again()
  }
  if (data.state !== 'ready') return null
  const name = ending?.name ?? ''
  return (
    <Part title={<Trans>Programs with access</Trans>} id="machines">
      <AccountTrouble why={why} />
      {data.value.length === 0 ? (
        <p>
          <Trans>No program has access to the practice’s records.</Trans>
        </p>
      ) : null}
      <ul className={data.value.length === 0 ? undefined : styles.list}>
        {data.value.map((machine) => (
          <li key={machine.id} className={styles.line}>
            <span className={styles.who}>
              <strong id={`machine-${machine.id}`}>{machine.name}</strong>
              <span>
                {machine.lastUsedAt === null ? (
                  <Trans>Has never signed in.</Trans>
                ) : (
                  <Trans>Signed in last: {day(machine.lastUsedAt)}</Trans>
                )}
              </span>
            </span>
            <ButtonRow>
              <Button
                look="quiet"
                aria-describedby={`machine-${machine.id}`}
                onClick={() => setEnding(machine)}
              >
                <Trans>End access</Trans>
              </Button>
            </ButtonRow>
          </li>
        ))}
      </ul>
      <AddMachine onAdded={again} />
      {ending === null ? null : (
        <Suspense>
          <Dialog
            title={t`End the access of ${name}?`}
            onClose={() => setEnding(null)}
            buttons={
              <>
                <Button look="danger" onClick={() => end(ending)}>
                  <Trans>End access</Trans>
                </Button>
                <Button look="secondary" onClick={() => setEnding(null)}>
                  <Trans>Cancel</Trans>
                </Button>
              </>
            }
          >
            <p>
              <Trans>
                It can neither read nor write anything from now on. What it has brought stays. To let it in
                again, add it as a new program.
              </Trans>
            </p>
          </Dialog>
        </Suspense>
      )}
    </Part>
  )
}
