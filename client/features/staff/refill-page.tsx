/** One request for a refill: the medication as it is now, what was asked and said, what was asked before, and the answer. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, CircleAlert } from 'lucide-react'
import { backClass, Page } from '../../ui/page.tsx'
import { Card, Fact, Facts, Notice } from '../../ui/panel.tsx'
import { dateOf, momentOf } from '../../ui/time.ts'
import { NotReady } from './components/not-ready.tsx'
import { RefillForm } from './components/refill-form.tsx'
import { type RefillDetail, readRefill, refillPath } from './refill-data.ts'
import { useRefillStates, useRefillSteps } from './refill-words.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

function Wanted({ detail: { request, medication } }: { detail: RefillDetail }) {
  const { i18n } = useLingui()
  const seen = request.medication
  const isOther = medication && seen && (medication.name !== seen.name || medication.dose !== seen.dose)
  const seenName = seen ? `${seen.name} ${seen.dose}` : ''
  return (
    <Card>
      {medication === null || medication.status !== 'active' || isOther ? (
        <Notice icon={CircleAlert} tone="wait">
          <p>
            {medication?.status === 'active' ? (
              <Trans>The medication was changed since the client asked for {seenName}.</Trans>
            ) : (
              <Trans>The client does not take this now according to the record. Asked for: {seenName}</Trans>
            )}
          </p>
        </Notice>
      ) : null}
      <Facts>
        {medication ? (
          <>
            <Fact name={<Trans>Medication</Trans>}>
              {medication.name} {medication.dose}
            </Fact>
            <Fact name={<Trans>Instructions</Trans>}>{medication.instructions}</Fact>
            <Fact name={<Trans>Prescribed by</Trans>}>{medication.prescriberName}</Fact>
            <Fact name={<Trans>Since</Trans>}>{dateOf(i18n.locale, medication.startedAt)}</Fact>
            {medication.refillsLeft === undefined ? null : (
              <Fact name={<Trans>Refills left</Trans>}>
                <Plural value={medication.refillsLeft} _0="None" one="#" other="#" />
              </Fact>
            )}
          </>
        ) : null}
        {request.pharmacy ? <Fact name={<Trans>Pharmacy</Trans>}>{request.pharmacy}</Fact> : null}
        {request.note ? <Fact name={<Trans>Note of the client</Trans>}>{request.note}</Fact> : null}
        <Fact name={<Trans>Asked</Trans>}>{momentOf(i18n.locale, request.requestedAt)}</Fact>
      </Facts>
    </Card>
  )
}

function History({ detail: { request } }: { detail: RefillDetail }) {
  const { i18n } = useLingui()
  const happened = useRefillSteps()
  return (
    <Card labelledBy="history">
      <h2 id="history">
        <Trans>What happened</Trans>
      </h2>
      <ol className={styles.events}>
        {(request.steps ?? []).map((step) => (
          <li key={`${step.at} ${step.status}`}>
            <p>
              <strong>{happened[step.status]}</strong>{' '}
              <span className={styles.soft}>
                · {step.name} · {momentOf(i18n.locale, step.at)}
              </span>
            </p>
            {step.note ? <p>{step.note}</p> : null}
          </li>
        ))}
      </ol>
    </Card>
  )
}

function Others({ detail: { others } }: { detail: RefillDetail }) {
  const { i18n } = useLingui()
  const states = useRefillStates()
  if (others.length === 0) return null
  return (
    <Card labelledBy="others">
      <h2 id="others">
        <Trans>Asked for before</Trans>
      </h2>
      <ul className={styles.events}>
        {others.map((other) => (
          <li key={other.id}>
            <p>
              {other.medication ? `${other.medication.name} ${other.medication.dose}` : ''}{' '}
              <span className={styles.soft}>
                · {states[other.status]} · {dateOf(i18n.locale, other.requestedAt)}
              </span>
            </p>
          </li>
        ))}
      </ul>
    </Card>
  )
}

export function RefillPage({ clientId, requestId }: { clientId: string; requestId: string }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const { data, again } = useServerData(refillPath(clientId, requestId), readRefill)
  const detail = data.state === 'ready' ? data.value : null
  return (
    <Page
      title={detail?.clientName ?? t`Refill`}
      tabTitle={t`Refill`}
      wide
      above={
        <Link to="/staff/refills" className={backClass}>
          <ChevronLeft size={18} aria-hidden />
          <Trans>Refills</Trans>
        </Link>
      }
    >
      <NotReady data={data} again={again} />
      {detail ? (
        <>
          <Wanted detail={detail} />
          <RefillForm
            key={detail.request.rev}
            detail={detail}
            onDecided={() => void navigate({ to: '/staff/refills' })}
            onMoved={again}
          />
          <History detail={detail} />
          <Others detail={detail} />
        </>
      ) : null}
    </Page>
  )
}
