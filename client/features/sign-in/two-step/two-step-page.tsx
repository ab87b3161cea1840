/** Two-step sign-in of the person who is signed in: what is set up, and setting up more. The list is the clinic's. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, CircleCheckBig, CloudOff, ShieldCheck, Smartphone } from 'lucide-react'
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react'
import { useSession, useSessionView } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Page } from '../../../ui/page.tsx'
import { Card, Notice, Progress, Status } from '../../../ui/panel.tsx'
import { momentOf } from '../../../ui/time.ts'
import { EndOthers } from './end-others.tsx'
import { type Begun, createFactorCalls, type FactorCalls, type Factors } from './factor-data.ts'
import { FactorFailure, type ShownFailure } from './factor-failure.tsx'
import { Passkeys } from './passkeys.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { SetUpApp } from './set-up-app.tsx'

type Loaded =
  | { readonly state: 'loading' }
  | { readonly state: 'failed' }
  | { readonly state: 'ready'; readonly factors: Factors }
type Doing =
  | { readonly what: 'app'; readonly begun: Begun }
  | { readonly what: 'codes'; readonly codes: readonly string[] }

const FEW_LEFT = 3

/** `above`: the way back, which belongs to the route; `policy`: what an admin decides for all. */
export function TwoStepPage({ above, policy }: { above?: ReactNode; policy?: ReactNode }) {
  const { t } = useLingui()
  const session = useSession()
  const { person, asks } = useSessionView()
  const role = person?.role
  const calls = useMemo(() => createFactorCalls(session, role), [session, role])
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' })
  const [doing, setDoing] = useState<Doing | null>(null)
  const [failure, setFailure] = useState<ShownFailure | null>(null)
  const [isChanged, setIsChanged] = useState(false)
  const load = useCallback(async () => {
    const answer = await calls.list()
    setLoaded(answer.ok ? { state: 'ready', factors: answer.value } : { state: 'failed' })
  }, [calls])
  useEffect(() => void load(), [load])

  const changed = () => {
    setIsChanged(true)
    return load()
  }
  const added = async (codes: readonly string[]) => {
    setFailure(null)
    setDoing(codes.length > 0 ? { what: 'codes', codes } : null)
    // A session that was good for setting this up only is whole now.
    if (asks === 'set-up') await session.goOn()
    await changed()
  }
  const content = () => {
    if (doing?.what === 'codes') return <RecoveryCodes codes={doing.codes} onKept={() => setDoing(null)} />
    if (doing?.what === 'app')
      return <SetUpApp calls={calls} begun={doing.begun} onDone={added} onCancel={() => setDoing(null)} />
    if (loaded.state === 'loading')
      return (
        <Progress value={0}>
          <Trans>Asking the clinic</Trans>
        </Progress>
      )
    if (loaded.state === 'failed') return <NotReached onAgain={load} />
    const parts = {
      calls,
      factors: loaded.factors,
      onChanged: changed,
      onDoing: setDoing,
      onFailure: setFailure,
    }
    return (
      <>
        <Standing factors={loaded.factors} />
        <FactorFailure failure={failure} />
        {isChanged ? <EndOthers calls={calls} onFailure={setFailure} /> : null}
        <AppCard {...parts} />
        <Passkeys {...parts} passkeys={loaded.factors.passkeys} onAdded={added} />
        <CodesCard {...parts} />
        {policy}
      </>
    )
  }
  return (
    <Page
      title={t`Two-step sign-in`}
      above={above}
      lead={
        <p>
          <Trans>
            Something only you have, beside your password. Somebody who learns your password still cannot get
            in.
          </Trans>
        </p>
      }
    >
      {content()}
    </Page>
  )
}

function Standing({ factors }: { factors: Factors }) {
  const isOn = factors.totp !== null || factors.passkeys.length > 0
  return (
    <>
      <p>
        {isOn ? (
          <Status icon={ShieldCheck} tone="good" pill>
            <Trans>Two-step sign-in is on</Trans>
          </Status>
        ) : (
          <Status icon={CircleAlert} tone="wait" pill>
            <Trans>Two-step sign-in is off</Trans>
          </Status>
        )}
      </p>
      {factors.required ? (
        <p>
          <Trans>Your practice asks for it, so the last way in cannot be removed.</Trans>
        </p>
      ) : null}
    </>
  )
}

interface PartProps {
  readonly calls: FactorCalls
  readonly factors: Factors
  readonly onChanged: () => Promise<void>
  readonly onDoing: (doing: Doing) => void
  readonly onFailure: (failure: ShownFailure | null) => void
}

function AppCard({ calls, factors, onChanged, onDoing, onFailure }: PartProps) {
  const { i18n } = useLingui()
  const [busy, setBusy] = useState(false)
  const run = async (work: () => Promise<void>) => {
    onFailure(null)
    setBusy(true)
    await work()
    setBusy(false)
  }
  const begin = () =>
    run(async () => {
      const answer = await calls.beginApp()
      if (answer.ok) onDoing({ what: 'app', begun: answer.value })
      else onFailure(answer.failure)
    })
  const remove = () =>
    run(async () => {
      const answer = await calls.removeApp()
      if (answer.ok) await onChanged()
      else onFailure(answer.failure)
    })
  const since = factors.totp === null ? null : momentOf(i18n.locale, factors.totp.since)
  return (
    <Card labelledBy="authenticator-app">
      <h2 id="authenticator-app">
        <Trans>Authenticator app</Trans>
      </h2>
      {since === null ? (
        <p>
          <Trans>An app on your phone shows a new code every 30 seconds, also without a network.</Trans>
        </p>
      ) : (
        <p>
          <Status icon={Smartphone} tone="good">
            <Trans>Set up on {since}</Trans>
          </Status>
        </p>
      )}
      <ButtonRow>
        <Button look="secondary" busy={busy} onClick={begin}>
          {since === null ? <Trans>Set up an app</Trans> : <Trans>Move to another phone</Trans>}
        </Button>
        {since === null ? null : (
          <Button look="quiet" busy={busy} onClick={remove}>
            <Trans>Remove the app</Trans>
          </Button>
        )}
      </ButtonRow>
    </Card>
  )
}

function CodesCard({ calls, factors, onDoing, onFailure }: PartProps) {
  const { t } = useLingui()
  if (factors.totp === null && factors.passkeys.length === 0) return null
  const left = factors.recoveryCodes
  const renew = async () => {
    onFailure(null)
    const answer = await calls.newCodes()
    if (answer.ok) onDoing({ what: 'codes', codes: answer.value.recoveryCodes })
    else onFailure(answer.failure)
  }
  return (
    <Card labelledBy="codes-left">
      <h2 id="codes-left">
        <Trans>Recovery codes</Trans>
      </h2>
      <p>
        <Status
          icon={left > FEW_LEFT ? CircleCheckBig : CircleAlert}
          tone={left > FEW_LEFT ? 'good' : 'wait'}
        >
          {left > FEW_LEFT ? t`${left} codes are left` : t`Few codes are left: ${left}. Make new ones.`}
        </Status>
      </p>
      <ButtonRow>
        <Button look="secondary" onClick={renew}>
          <Trans>Make new codes</Trans>
        </Button>
      </ButtonRow>
      <p>
        <Trans>The old ones stop working then.</Trans>
      </p>
    </Card>
  )
}

function NotReached({ onAgain }: { onAgain: () => Promise<void> }) {
  return (
    <Notice icon={CloudOff} tone="wait" role="status">
      <p>
        <Trans>
          This comes from the clinic, which cannot be reached now. Nothing was changed. Everything else in the
          portal works as before.
        </Trans>
      </p>
      <ButtonRow>
        <Button look="secondary" onClick={onAgain}>
          <Trans>Try again</Trans>
        </Button>
      </ButtonRow>
    </Notice>
  )
}
