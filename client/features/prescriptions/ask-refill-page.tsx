/**
 * Asking for a refill: kept while it is typed, written to this device when it is sent off, with no network if need be.
 * Where one is under way already, that one is shown instead.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, CircleAlert, Info, Pill } from 'lucide-react'
import { type FormEvent, useCallback, useState } from 'react'
import { LONGEST_NOTE, LONGEST_PHARMACY } from '../../../shared/domains/medications/limits.ts'
import type { Medication } from '../../../shared/domains/medications/schema.ts'
import { openFor } from '../../replica/known-refills.ts'
import { useKnownRefills } from '../../replica/refills.ts'
import { useReplica, useSyncView } from '../../replica/session-context.tsx'
import { useKept } from '../../replica/use-kept.ts'
import { AskNotices } from '../../ui/ask-notices.tsx'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { backClass, Page } from '../../ui/page.tsx'
import { Card, EmptyState, Notice } from '../../ui/panel.tsx'
import { askForRefill } from './commands.ts'
import { MedicationFacts } from './components/medication-card.tsx'
import { RefillCard } from './components/refill-card.tsx'
import styles from './prescriptions.module.css'
import { useMedications } from './queries.ts'

const Back = () => (
  <Link to="/prescriptions" className={backClass}>
    <ChevronLeft size={18} aria-hidden />
    <Trans>Prescriptions</Trans>
  </Link>
)

function AskForm({ medication }: { medication: Medication }) {
  const { t } = useLingui()
  const replica = useReplica()
  const navigate = useNavigate()
  const { link } = useSyncView()
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')
  const usual = medication.pharmacyName ?? ''
  const read = useCallback(
    (kept: unknown) => {
      const { pharmacy, note } = (kept ?? {}) as { pharmacy?: unknown; note?: unknown }
      return {
        pharmacy: typeof pharmacy === 'string' ? pharmacy : usual,
        note: typeof note === 'string' ? note : '',
      }
    },
    [usual],
  )
  const { value: wish, put, forget } = useKept(`refill:${medication.id}`, read)
  if (wish === undefined || replica === null) return null
  const ask = async (event: FormEvent) => {
    event.preventDefault()
    setState('busy')
    try {
      await askForRefill(replica, { medication, ...wish, now: Date.now() })
      await forget()
      await navigate({ to: '/prescriptions' })
    } catch {
      setState('failed')
    }
  }
  return (
    <form onSubmit={ask} noValidate autoComplete="off" className={styles.form}>
      <TextField
        id="pharmacy"
        label={t`Pharmacy`}
        hint={t`Name and place of the pharmacy where you want to get it.`}
        optional
        value={wish.pharmacy}
        onChange={(pharmacy) => put({ ...wish, pharmacy: pharmacy.slice(0, LONGEST_PHARMACY) })}
      />
      <TextArea
        id="note"
        label={t`Note to your practice`}
        hint={t`For example how many you have left. It is not for emergencies: call 988 or 911 for those.`}
        optional
        maxLength={LONGEST_NOTE}
        value={wish.note}
        onChange={(note) => put({ ...wish, note })}
      />
      <AskNotices failed={state === 'failed'} link={link} />
      <ButtonRow>
        <Button type="submit" busy={state === 'busy'}>
          <Trans>Ask for the refill</Trans>
        </Button>
        <Button look="quiet" onClick={() => void navigate({ to: '/prescriptions' })}>
          <Trans>Not now</Trans>
        </Button>
      </ButtonRow>
    </form>
  )
}

export function AskRefillPage({ medicationId }: { medicationId: string }) {
  const { t } = useLingui()
  const medications = useMedications()
  const known = useKnownRefills()
  const title = t`Ask for a refill`
  if (medications === undefined || known === undefined) return <Page title={title}>{null}</Page>
  const medication = medications.find(({ id }) => id === medicationId)
  const open = openFor(known, medicationId)
  if (medication === undefined)
    return (
      <Page title={title} above={<Back />}>
        <EmptyState icon={Pill} title={<Trans>This medication is not on your list</Trans>}>
          <p>
            <Trans>Your practice may have taken it off. Write to them if you need it.</Trans>
          </p>
        </EmptyState>
      </Page>
    )
  return (
    <Page title={title} above={<Back />}>
      <Card>
        <div className={styles.card}>
          <div>
            <h2 className={styles.name}>
              {medication.name} {medication.dose}
            </h2>
            <p>{medication.instructions}</p>
          </div>
          <MedicationFacts medication={medication} />
        </div>
      </Card>
      {open ? (
        <>
          <Notice icon={Info} role="status">
            <p>
              <Trans>A refill of this medication is under way already. Here is where it stands:</Trans>
            </p>
          </Notice>
          <RefillCard known={open} hasOther={false} medication={medication} />
        </>
      ) : medication.status === 'active' ? (
        <AskForm medication={medication} />
      ) : (
        <Notice icon={CircleAlert} tone="wait">
          <p>
            <Trans>You do not take this any more. Write to your practice if you think you should.</Trans>
          </p>
        </Notice>
      )}
    </Page>
  )
}
