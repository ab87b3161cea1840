/**
 * Opens this device with a passkey, also with no network. Where the clinic can be asked beforehand, the same touch
 * answers its question too, so that nobody has to sign in once more to send.
 */
import { Trans } from '@lingui/react/macro'
import { CircleAlert, Fingerprint } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { askPasskey, forget, ownQuestion, passkeysPossible } from '../../passkeys/ask-passkey.ts'
import type { PasskeyQuestion, UnlockAnswer } from '../../replica/portal-session.ts'
import { useSession } from '../../replica/session-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/panel.tsx'

interface UnlockByPasskeyProps {
  /** Those that open this device. */
  readonly passkeys: readonly string[]
  readonly onAnswer: (answer: UnlockAnswer) => void
}
/** The clinic's questions are good for ten minutes. */
const GOOD_FOR_MS = 8 * 60_000
const MOMENT_MS = 700
const aMoment = () => new Promise<null>((resolve) => setTimeout(() => resolve(null), MOMENT_MS))

interface Known {
  readonly question: PasskeyQuestion
  /** When it was asked for, ms. */
  readonly at: number
}

export function UnlockByPasskey({ passkeys, onAnswer }: UnlockByPasskeyProps) {
  const session = useSession()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<'stopped' | 'not-here' | null>(null)
  const asked = useRef<Promise<Known | null>>(Promise.resolve(null))
  useEffect(() => {
    asked.current = session.passkeyQuestion().then(
      (question) => question && { question, at: Date.now() },
      () => null,
    )
  }, [session])

  if (!passkeysPossible()) return null
  const use = async () => {
    setProblem(null)
    setBusy(true)
    // A moment for an answer that is on its way; without it this device is opened all the same.
    const known = await Promise.race([asked.current, aMoment()])
    const isFresh = known !== null && Date.now() - known.at < GOOD_FOR_MS
    asked.current = Promise.resolve(null)
    const question = isFresh ? known.question : ownQuestion()
    const answer = await askPasskey(question, { only: passkeys })
    if (!answer.ok) setProblem(answer.why === 'not-here' ? 'not-here' : 'stopped')
    else {
      const { credentialId, prf, answer: signed } = answer.passkey
      if (prf === undefined) setProblem('not-here')
      else onAnswer(await session.unlockByPasskey({ credentialId, prf, ...(isFresh && { answer: signed }) }))
      forget(answer.passkey)
    }
    setBusy(false)
  }
  return (
    <>
      {problem === null ? null : (
        <Notice icon={CircleAlert} tone="wait" role="alert">
          <p>
            {problem === 'stopped' ? (
              <Trans>The passkey was not used. Try again, or use your password.</Trans>
            ) : (
              <Trans>This browser cannot use a passkey here. Use your password.</Trans>
            )}
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
