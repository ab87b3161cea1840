/** One more factor, asked for only once the practice's server says that this account has one. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, Fingerprint } from 'lucide-react'
import { useState } from 'react'
import { askPasskey, forget, passkeysPossible } from '../../../passkeys/ask-passkey.ts'
import type { GivenFactor } from '../../../replica/portal-session.ts'
import { Button } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Notice } from '../../../ui/panel.tsx'

export function FactorField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useLingui()
  return (
    <TextField
      id="factor"
      label={t`Code of your second step`}
      hint={t`From your authenticator app, or one of your recovery codes.`}
      autoComplete="one-time-code"
      spellCheck={false}
      value={value}
      onChange={onChange}
    />
  )
}

interface PasskeyFactorProps {
  /** The server's question; undefined: no passkey would do. */
  readonly question: Readonly<Record<string, unknown>> | undefined
  readonly busy: boolean
  /** It answers one question, once: what it was asked for is sent at once. */
  readonly onFactor: (factor: GivenFactor) => void
}

/** The same by a passkey. */
export function PasskeyFactor({ question, busy, onFactor }: PasskeyFactorProps) {
  const [stopped, setStopped] = useState(false)
  if (question === undefined || !passkeysPossible()) return null
  const use = async () => {
    setStopped(false)
    const asked = await askPasskey(question)
    if (!asked.ok) return setStopped(true)
    const { answer } = asked.passkey
    forget(asked.passkey)
    onFactor({ kind: 'passkey', value: answer })
  }
  return (
    <>
      {stopped ? (
        <Notice icon={CircleAlert} tone="wait" role="alert">
          <p>
            <Trans>The passkey was not used. Try again, or give a code.</Trans>
          </p>
        </Notice>
      ) : null}
      <Button look="secondary" wide busy={busy} onClick={use}>
        <Fingerprint size={20} aria-hidden />
        <Trans>Use a passkey instead of a code</Trans>
      </Button>
    </>
  )
}
