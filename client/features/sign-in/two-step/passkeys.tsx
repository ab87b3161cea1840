/** The passkeys of an account: made, named, removed. One that can also keeps the key of this device, and opens it offline. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Fingerprint, Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { forget, makePasskey, passkeysPossible } from '../../../passkeys/ask-passkey.ts'
import { useSession, useSessionView } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Card, Status } from '../../../ui/panel.tsx'
import { recentOf } from '../../../ui/time.ts'
import type { FactorCalls, KnownPasskey } from './factor-data.ts'
import type { ShownFailure } from './factor-failure.tsx'
import styles from './two-step.module.css'

const PasskeyDialog = lazy(() => import('./passkey-dialog.tsx'))

interface PasskeysProps {
  readonly calls: FactorCalls
  readonly passkeys: readonly KnownPasskey[]
  readonly onAdded: (recoveryCodes: readonly string[]) => void
  readonly onChanged: () => void
  readonly onFailure: (failure: ShownFailure | null) => void
}

export function Passkeys({ calls, passkeys, onAdded, onChanged, onFailure }: PasskeysProps) {
  const { i18n, t } = useLingui()
  const add = useAddPasskey(calls)
  const [asking, setAsking] = useState<KnownPasskey | null>(null)
  const [busy, setBusy] = useState(false)
  const make = async () => {
    onFailure(null)
    setBusy(true)
    const added = await add(passkeys.length + 1)
    setBusy(false)
    if (added.ok) onAdded(added.value)
    else onFailure(added.failure)
  }
  return (
    <Card labelledBy="passkeys">
      <h2 id="passkeys">
        <Trans>Passkeys</Trans>
      </h2>
      <p>
        <Trans>
          Sign in with your fingerprint, face or screen lock instead of a password. On most devices a passkey
          also opens the portal when there is no network.
        </Trans>
      </p>
      {passkeys.length > 0 ? (
        <ul className={styles.passkeys}>
          {passkeys.map((passkey) => {
            const { id, name, lastUsedAt, createdAt } = passkey
            const time = recentOf(i18n.locale, lastUsedAt ?? createdAt, Date.now())
            return (
              <li key={id}>
                <Status icon={Fingerprint}>
                  <strong id={`passkey-${id}`}>{name}</strong>
                  <small>
                    {lastUsedAt === null ? <Trans>Made {time}</Trans> : <Trans>Last used {time}</Trans>}
                  </small>
                </Status>
                <Button look="quiet" aria-describedby={`passkey-${id}`} onClick={() => setAsking(passkey)}>
                  <Trans>Rename or remove</Trans>
                </Button>
              </li>
            )
          })}
        </ul>
      ) : null}
      {passkeysPossible() ? (
        <ButtonRow>
          <Button look="secondary" busy={busy} onClick={make}>
            <Plus size={18} aria-hidden />
            {busy ? <Trans>Waiting for your device…</Trans> : <Trans>Add a passkey</Trans>}
          </Button>
        </ButtonRow>
      ) : (
        <p>
          <Trans>This browser has no passkeys.</Trans>
        </p>
      )}
      {asking === null ? null : (
        <Suspense>
          <PasskeyDialog
            calls={calls}
            passkey={asking}
            title={t`Passkey “${asking.name}”`}
            onClose={() => setAsking(null)}
            onChanged={() => {
              setAsking(null)
              onChanged()
            }}
          />
        </Suspense>
      )}
    </Card>
  )
}

type Added =
  | { readonly ok: true; readonly value: readonly string[] }
  | { readonly ok: false; readonly failure: ShownFailure }

/** Asks the browser to make one, and the clinic to take it; then it opens this device too, where it can. */
export function useAddPasskey(calls: FactorCalls): (number: number) => Promise<Added> {
  const { t } = useLingui()
  const session = useSession()
  const { state } = useSessionView()
  return async (number) => {
    const question = await calls.passkeyQuestion()
    if (!question.ok) return question
    const made = await makePasskey(question.value)
    if (!made.ok) return { ok: false, failure: { why: made.why } }
    const { credentialId, answer, prf } = made.passkey
    const device = deviceKind(navigator.userAgent)
    const name = number > 1 ? t`${device}, passkey ${number}` : device
    const added = await calls.addPasskey(name, answer)
    if (added.ok && prf !== undefined && state === 'open') await session.addPasskeySlot({ credentialId, prf })
    forget(made.passkey)
    return added.ok ? { ok: true, value: added.value.recoveryCodes ?? [] } : added
  }
}

/** A first name for it; the person may give another. */
const deviceKind = (agent: string): string =>
  (['iPhone', 'iPad', 'Android', 'Windows', 'Mac', 'Linux'] as const).find((name) => agent.includes(name)) ??
  'Passkey'
