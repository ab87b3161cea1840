/** Asks somebody to look after a record, or changes what they may see. What was typed stays through a failed request. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { useSession } from '../replica/session-context.tsx'
import { Button } from '../ui/button.tsx'
import Dialog from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Notice } from '../ui/panel.tsx'
import styles from './grants.module.css'
import { codeOf, detailOf, type Helper } from './people-data.ts'
import { endOfDay, NO_TERMS, TermsFields, typedOf } from './terms-fields.tsx'

interface TermsDialogProps {
  /** Null: somebody new. */
  readonly helper: Helper | null
  /** Where the list is. */
  readonly path: string
  readonly latestEnd: number | null
  readonly onClose: () => void
  readonly onDone: () => void
}

/** Who is there was asked (step-up), and not answered. */
const NOT_CONFIRMED = new Set(['confirmation_needed', 'step_up_required'])

export default function TermsDialog({ helper, path, latestEnd, onClose, onDone }: TermsDialogProps) {
  const { t, i18n } = useLingui()
  const session = useSession()
  const id = useId()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [terms, setTerms] = useState(helper === null ? NO_TERMS : typedOf(helper.scopes, helper.until))
  const [attempted, setAttempted] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const until = endOfDay(terms.until, i18n.locale)
  const errors = {
    name: helper === null && name.trim() === '' ? t`Enter a name` : undefined,
    email: helper === null && !/^\S+@\S+\.\S+$/.test(email.trim()) ? t`Enter an email address` : undefined,
    scopes: Object.keys(terms.scopes).length === 0 ? t`Choose at least one area` : undefined,
    until:
      until === undefined
        ? t`Enter a day that exists, or leave it empty`
        : until !== null && until < Date.now()
          ? t`Enter a day in the future`
          : undefined,
  }
  const shown: Partial<typeof errors> = attempted ? errors : {}

  const send = () =>
    helper === null
      ? session.request({
          method: 'POST',
          path,
          body: { name: name.trim(), email: email.trim(), scopes: terms.scopes, until },
        })
      : session.request({
          method: 'PUT',
          path: `${path}/${helper.account}`,
          body: { scopes: terms.scopes, until },
        })
  const act = async () => {
    const { status, body } = await send()
    if (status === 201 || status === 204) return onDone()
    fail(status, body)
  }
  const fail = (status: number, body: unknown) => {
    if (status === 0)
      setProblem(t`The clinic cannot be reached now. Nothing was changed; try again when you are connected.`)
    else if (NOT_CONFIRMED.has(codeOf(body)))
      setProblem(t`You did not confirm that it is you. Nothing was changed; try again.`)
    else setProblem(detailOf(body) || t`This could not be done now. Nothing was changed; try again.`)
  }
  const submit = async (event?: FormEvent) => {
    event?.preventDefault()
    setAttempted(true)
    setProblem(null)
    if (Object.values(errors).some((error) => error !== undefined)) return
    setBusy(true)
    await act()
    setBusy(false)
  }
  const whose = helper?.name ?? ''
  return (
    <Dialog
      title={helper === null ? t`Give somebody access` : t`Change what ${whose} may see`}
      onClose={onClose}
      buttons={
        <>
          <Button busy={busy} onClick={() => submit()}>
            {helper === null ? <Trans>Send the invitation</Trans> : <Trans>Save</Trans>}
          </Button>
          <Button look="secondary" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <form onSubmit={submit} noValidate className={styles.form}>
        {helper === null ? (
          <>
            <p>
              <Trans>
                They get a mail with a link and are asked for the date of birth of the person whose record it
                is. Nobody has access before they accept.
              </Trans>
            </p>
            <TextField id={`${id}-name`} label={t`Name`} value={name} onChange={setName} error={shown.name} />
            <TextField
              id={`${id}-email`}
              label={t`Their email address`}
              type="email"
              inputMode="email"
              spellCheck={false}
              value={email}
              onChange={setEmail}
              error={shown.email}
            />
          </>
        ) : null}
        <TermsFields id={id} value={terms} onChange={setTerms} latestEnd={latestEnd} errors={shown} />
        {problem === null ? null : (
          <Notice icon={CircleAlert} tone="bad" role="alert">
            <p>{problem}</p>
          </Notice>
        )}
      </form>
    </Dialog>
  )
}
