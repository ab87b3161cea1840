/** One event: when, who, what, in whose record; and everything else the trail has of it, when it is opened. */
import { Trans, useLingui } from '@lingui/react/macro'
import { ChevronDown, CircleCheck, CircleX } from 'lucide-react'
import { takeFocus } from '../../../ui/focus-back.ts'
import { Fact, Facts, Status } from '../../../ui/panel.tsx'
import { momentOf, recentOf } from '../../../ui/time.ts'
import styles from '../audit.module.css'
import type { AuditEvent } from '../audit-data.ts'
import type { AuditWords } from '../audit-words.ts'

interface AuditLineProps {
  readonly event: AuditEvent
  readonly words: AuditWords
  /** The first of those that were asked for with a button, which is gone. */
  readonly takesFocus: boolean
}

export function AuditLine({ event, words, takesFocus }: AuditLineProps) {
  const { i18n, t } = useLingui()
  const { accountName, accountId, clientName, clientId, reason, chain, seq } = event
  const role = event.role === null ? null : (words.roles[event.role] ?? event.role)
  const what = words.actions[event.action] ?? event.action
  const client = clientName ?? clientId
  const kind = event.collection === null ? null : (words.kinds[event.collection] ?? String(event.collection))
  return (
    <li>
      <details className={styles.event}>
        <summary ref={takesFocus ? takeFocus : null}>
          <span className={styles.what}>
            <strong>{what}</strong>
            <span>
              {accountName ?? accountId ?? <Trans>Nobody known</Trans>}
              {role === null ? null : ` · ${role}`}
              {client === null || client === accountName ? null : (
                <>
                  {' · '}
                  <Trans>record of {client}</Trans>
                </>
              )}
            </span>
          </span>
          {event.outcome === 'denied' ? (
            <Status icon={CircleX} tone="bad">
              <Trans>Refused</Trans>
            </Status>
          ) : (
            <Status icon={CircleCheck} tone="good">
              <Trans>Allowed</Trans>
            </Status>
          )}
          <time className={styles.time} dateTime={new Date(event.at).toISOString()}>
            {recentOf(i18n.locale, event.at, Date.now())}
          </time>
          <ChevronDown size={18} aria-hidden className={styles.arrow} />
        </summary>
        <Facts>
          <Fact name={t`When`}>{momentOf(i18n.locale, event.at)}</Fact>
          {reason === null ? null : <Fact name={t`Detail`}>{words.reasons[reason] ?? reason}</Fact>}
          {kind === null ? null : <Fact name={t`Kind of document`}>{kind}</Fact>}
          {event.documentId === null ? null : <Fact name={t`Document`}>{event.documentId}</Fact>}
          {event.count > 1 ? <Fact name={t`How many`}>{event.count}</Fact> : null}
          {event.deviceName === null ? null : <Fact name={t`Device`}>{event.deviceName}</Fact>}
          <Fact name={t`From the network address`}>{event.ip}</Fact>
          <Fact name={t`Browser`}>{event.userAgent}</Fact>
          <Fact name={t`Code`}>{event.action}</Fact>
          <Fact name={t`Place in the chain`}>{`${chain} · ${seq}`}</Fact>
        </Facts>
      </details>
    </li>
  )
}
