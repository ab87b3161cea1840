/** Signing in with a passkey, by the button or offered by the browser in the email field. */
import { Trans } from '@lingui/react/macro'
import { CircleAlert, Fingerprint } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import {
  askPasskey,
  forget,
  passkeysInFields,
  passkeysPossible,
  stopAsking,
} from '../../passkeys/ask-passkey.ts'
import type { SignInAnswer, UsedPasskey } from '../../replica/portal-session.ts'
import { useSession } from '../../replica/session-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/panel.tsx'

interface PasskeyButtonProps {
  /** Let the browser offer passkeys in the email field too. */
  readonly inField?: boolean
  readonly onAnswer: (answer: SignInAnswer) => void
}

export function PasskeyButton({ inField = false, onAnswer }: PasskeyButtonProps) {
  const session = useSession()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<'stopped' | 'not-here' | 'away' | null>(null)
  const answered = useRef(onAnswer)
  answered.current = onAnswer

  useEffect(() => {
    let isGone = false
    const offer = async () => {
      if (!inField || !(await passkeysInFields())) return
      const question = await session.passkeyQuestion().catch(() => null)
      if (question === null || isGone) return
      const asked = await askPasskey(question, { inField: true })
      if (asked.ok && !isGone) answered.current(await signIn(session, asked.passkey))
    }
    void offer()
    return () => {
      isGone = true
      stopAsking()
    }
  }, [session, inField])

  if (!passkeysPossible()) return null
  const use = async () => {
    setProblem(null)
    setBusy(true)
    const question = await session.passkeyQuestion().catch(() => null)
    const asked = question === null ? null : await askPasskey(question)
    if (asked === null) setProblem('away')
    else if (asked.ok) onAnswer(await signIn(session, asked.passkey))
    else setProblem(asked.why === 'not-here' ? 'not-here' : 'stopped')
    setBusy(false)
  }
  return (
    <>
      {problem === null ? null : (
        <Notice icon={CircleAlert} tone="wait" role="alert">
          <p>
            {problem === 'stopped' ? (
              <Trans>The passkey was not used. Try again, or use your password.</Trans>
            ) : null}
            {problem === 'not-here' ? (
              <Trans>This browser cannot use a passkey here. Use your password.</Trans>
            ) : null}
            {problem === 'away' ? (
              <Trans>The clinic cannot be asked now. Your password may still open this device.</Trans>
            ) : null}
          </p>
        </Notice>
      )}
      <Button look="secondary" wide busy={busy} onClick={use}>
        <Fingerprint size={20} aria-hidden />
        {busy ? <Trans>Waiting for your device…</Trans> : <Trans>Use a passkey</Trans>}
      </Button>
    </>
  )
}

type Asked = Extract<Awaited<ReturnType<typeof askPasskey>>, { ok: true }>['passkey']

async function signIn(session: ReturnType<typeof useSession>, passkey: Asked): Promise<SignInAnswer> {
  const { answer, credentialId, prf } = passkey
  const used: UsedPasskey = prf === undefined ? { answer } : { answer, output: { credentialId, prf } }
  const result = await session.signInByPasskey(used)
  forget(passkey)
  return result
}
