/** What the client saw when asking, beside what is so now. */
import { Trans, useLingui } from '@lingui/react/macro'
import type { Appointment } from '../../../../shared/domains/appointments/schema.ts'
import type { Request, SeenVisit } from '../../../../shared/domains/requests/schema.ts'
import styles from '../requests.module.css'
import { useStateWords, visitTimes } from '../words.ts'

function Side({ visit }: { visit: SeenVisit }) {
  const { i18n } = useLingui()
  const wordOf = useStateWords()
  const { day, span, zone } = visitTimes(i18n.locale, visit)
  return (
    <>
      <p>
        <strong>{day}</strong>
        <br />
        <Trans>
          {span}, {zone}
        </Trans>
      </p>
      <p className={styles.soft}>
        {visit.place}
        <br />
        {wordOf(visit.status)}
      </p>
    </>
  )
}

export function BothSides({ request, visit }: { request: Request; visit: Appointment | undefined }) {
  const { t } = useLingui()
  return (
    <>
      <p>
        {request.reviewReason === 'withdrawn-late' ? (
          <Trans>
            You withdrew this after your practice had agreed to it. Your practice looks at it and tells you
            what holds.
          </Trans>
        ) : (
          <Trans>
            The appointment was changed in the meantime. Nothing has been decided: ask for it again, or
            withdraw it.
          </Trans>
        )}
      </p>
      {request.seen ? (
        <div className={styles.sides}>
          <section className={styles.side} aria-label={t`When you asked`}>
            <h4>{t`When you asked`}</h4>
            <Side visit={request.seen} />
          </section>
          <section className={styles.side} aria-label={t`Now`}>
            <h4>{t`Now`}</h4>
            {visit ? <Side visit={visit} /> : <Trans>No longer in your record</Trans>}
          </section>
        </div>
      ) : null}
    </>
  )
}
