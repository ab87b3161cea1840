/** The people who may see a record: for the client, and for the office. Needs the network, and says so. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, UserPlus, WifiOff } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { useSession } from '../replica/session-context.tsx'
import { Button, ButtonRow } from '../ui/button.tsx'
import { Notice, Progress } from '../ui/panel.tsx'
import { type Helper, type Invited, type People, readPeople } from './people-data.ts'
import { PeopleList } from './people-list.tsx'

const Dialog = lazy(() => import('../ui/dialog.tsx'))
const TermsDialog = lazy(() => import('./terms-dialog.tsx'))

interface PeopleWithAccessProps {
  /** Where the list is, and where invitations are. */
  readonly path: string
  readonly invitationsPath: string
}
type Asking =
  | { readonly what: 'invite' }
  | { readonly what: 'change' | 'end'; readonly helper: Helper }
  | { readonly what: 'withdraw'; readonly invited: Invited }

export function PeopleWithAccess({ path, invitationsPath }: PeopleWithAccessProps) {
  const session = useSession()
  const [people, setPeople] = useState<People | 'loading' | 'unreachable' | 'none'>('loading')
  const [asking, setAsking] = useState<Asking | null>(null)
  const [failed, setFailed] = useState(false)
  const load = useCallback(async () => {
    const { status, body } = await session.request({ method: 'GET', path })
    const read = status === 200 ? readPeople(body) : null
    if (read !== null) setPeople(read)
    else setPeople(status === 404 || status === 403 ? 'none' : 'unreachable')
  }, [session, path])
  useEffect(() => void load(), [load])

  const done = () => {
    setAsking(null)
    setFailed(false)
    void load()
  }
  const remove = async (at: string) => {
    const { status } = await session.request({ method: 'DELETE', path: at })
    done()
    setFailed(status !== 204 && status !== 404)
  }
  if (people === 'loading')
    return (
      <Progress value={0}>
        <Trans>Asking the clinic…</Trans>
      </Progress>
    )
  if (people === 'none')
    return (
      <Notice icon={CircleAlert} tone="wait">
        <p>
          <Trans>There is no record here that you could give access to.</Trans>
        </p>
      </Notice>
    )
  if (people === 'unreachable')
    return (
      <Notice icon={WifiOff} tone="wait" role="status">
        <p>
          <Trans>
            The clinic cannot be reached now, so the list cannot be shown. Nothing was changed. Everything
            else works without the network.
          </Trans>
        </p>
        <ButtonRow>
          <Button look="secondary" onClick={() => void load()}>
            <Trans>Try again</Trans>
          </Button>
        </ButtonRow>
      </Notice>
    )
  return (
    <>
      {failed ? (
        <Notice icon={CircleAlert} tone="bad" role="alert">
          <p>
            <Trans>This could not be done now. Look at the list and try again when you are connected.</Trans>
          </p>
        </Notice>
      ) : null}
      {people.mayGive ? (
        <ButtonRow>
          <Button onClick={() => setAsking({ what: 'invite' })}>
            <UserPlus size={18} aria-hidden />
            <Trans>Give somebody access</Trans>
          </Button>
        </ButtonRow>
      ) : (
        <Notice icon={CircleAlert} tone="info">
          <p>
            <Trans>
              From the day you are 18 you give access yourself. Until then your practice does; call them if
              something here is not right.
            </Trans>
          </p>
        </Notice>
      )}
      <PeopleList
        people={people}
        onChange={(helper) => setAsking({ what: 'change', helper })}
        onEnd={(helper) => setAsking({ what: 'end', helper })}
        onWithdraw={(invited) => setAsking({ what: 'withdraw', invited })}
      />
      <Suspense>
        {asking?.what === 'invite' || asking?.what === 'change' ? (
          <TermsDialog
            helper={asking.what === 'change' ? asking.helper : null}
            path={path}
            latestEnd={people.latestEnd}
            onClose={() => setAsking(null)}
            onDone={done}
          />
        ) : null}
        {asking?.what === 'end' ? (
          <Ask
            name={asking.helper.name}
            onClose={() => setAsking(null)}
            onDo={() => remove(`${path}/${asking.helper.account}`)}
          />
        ) : null}
        {asking?.what === 'withdraw' ? (
          <Ask
            name={asking.invited.name}
            isInvitation
            onClose={() => setAsking(null)}
            onDo={() => remove(`${invitationsPath}/${asking.invited.id}`)}
          />
        ) : null}
      </Suspense>
    </>
  )
}

interface AskProps {
  readonly name: string
  readonly isInvitation?: boolean
  readonly onClose: () => void
  readonly onDo: () => void
}

function Ask({ name, isInvitation = false, onClose, onDo }: AskProps) {
  const { t } = useLingui()
  return (
    <Dialog
      title={isInvitation ? t`Take the invitation of ${name} back?` : t`End the access of ${name}?`}
      onClose={onClose}
      buttons={
        <>
          <Button look="danger" onClick={onDo}>
            {isInvitation ? <Trans>Take it back</Trans> : <Trans>End access</Trans>}
          </Button>
          <Button look="secondary" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <p>
        {isInvitation ? (
          <Trans>The link in the mail does not work any more from then on.</Trans>
        ) : (
          <Trans>
            It ends at once. Their devices remove this record at the next contact with the clinic, and hand in
            what was not sent before.
          </Trans>
        )}
      </p>
    </Dialog>
  )
}
