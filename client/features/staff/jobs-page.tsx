/** Mails, notifications and webhooks that could not be delivered: for admins, to try again or to put away. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { MailCheck } from 'lucide-react'
import { useState } from 'react'
import { useSession } from '../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { momentOf } from '../../ui/time.ts'
import { whyNot } from './accounts-data.ts'
import { AccountTrouble } from './components/account-trouble.tsx'
import { ServerList } from './components/server-list.tsx'
import { useJobWords } from './job-words.ts'
import { type FailedJob, jobPath, jobsPath, readFailedJobs, retryPath } from './jobs-data.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

export function JobsPage({ cursor }: { cursor?: string }) {
  const { t } = useLingui()
  const session = useSession()
  const { data, again } = useServerData(jobsPath(cursor), readFailedJobs)
  const [why, setWhy] = useState<string | null>(null)
  const act = async (method: 'POST' | 'DELETE', path: string) => {
    setWhy(null)
    const answer = await session.request({ method, path })
    if (answer.status !== 204) setWhy(whyNot(answer))
    again()
    // What was pressed goes with its line.
    document.querySelector('h1')?.focus()
  }
  return (
    <Page
      title={t`Deliveries`}
      wide
      lead={
        <Trans>What could not be delivered in the last 7 days. What is only late is tried by itself.</Trans>
      }
    >
      <AccountTrouble why={why} />
      <ServerList
        data={data}
        again={again}
        empty={{
          icon: MailCheck,
          title: <Trans>Everything was delivered</Trans>,
          text: <Trans>Mails, notifications and webhooks that could not be delivered appear here.</Trans>,
        }}
        line={(job) => (
          <Line
            key={job.id}
            job={job}
            onRetry={() => act('POST', retryPath(job.id))}
            onDismiss={() => act('DELETE', jobPath(job.id))}
          />
        )}
        more={(after) => (
          <Link to="/staff/jobs" search={{ after }}>
            <Trans>More</Trans>
          </Link>
        )}
      />
    </Page>
  )
}

interface LineProps {
  readonly job: FailedJob
  readonly onRetry: () => void
  readonly onDismiss: () => void
}

function Line({ job, onRetry, onDismiss }: LineProps) {
  const { i18n } = useLingui()
  const words = useJobWords()
  const { id, kind, attempts, reason } = job
  const time = momentOf(i18n.locale, job.endedAt)
  const said = reason ?? '–'
  return (
    <li className={styles.line}>
      <span className={styles.who}>
        <strong id={`job-${id}`}>{words[kind] ?? kind}</strong>
        <span>
          {job.outcome === 'failed' ? (
            <Trans>Refused for good: {said}</Trans>
          ) : (
            <Trans>Tried until it was of no use any more: {said}</Trans>
          )}
        </span>
        <span className={styles.soft}>
          {time}, <Plural value={attempts} one="# attempt" other="# attempts" />
        </span>
      </span>
      <ButtonRow>
        {job.retriable ? (
          <Button look="secondary" aria-describedby={`job-${id}`} onClick={onRetry}>
            <Trans>Try again</Trans>
          </Button>
        ) : null}
        <Button look="quiet" aria-describedby={`job-${id}`} onClick={onDismiss}>
          <Trans>Dismiss</Trans>
        </Button>
      </ButtonRow>
    </li>
  )
}
