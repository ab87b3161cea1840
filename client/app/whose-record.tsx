/**
 * Whose record is on the screen, on every page for as long as it is somebody else's, in words, with an icon and in a
 * colour that nothing else has. Also where there are several, and one of them one's own.
 */
import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleAlert, UserRound, UsersRound } from 'lucide-react'
import { useSessionView } from '../replica/session-context.tsx'
import { Notice } from '../ui/panel.tsx'
import styles from './whose-record.module.css'

export function WhoseRecord() {
  const { record, records = [], ended } = useSessionView()
  const isOthers = record !== null && record !== undefined && !record.own
  const endedName = ended?.name ?? ''
  const name = record?.name ?? ''
  return (
    <>
      {isOthers || records.length > 1 ? (
        <aside className={styles.whose} data-others={isOthers || undefined}>
          {isOthers ? <UsersRound size={20} aria-hidden /> : <UserRound size={20} aria-hidden />}
          <p>
            {isOthers ? (
              <Trans>
                You are looking at <strong>{name}’s</strong> record
              </Trans>
            ) : record ? (
              <Trans>You are looking at your own record</Trans>
            ) : (
              <Trans>No record is open</Trans>
            )}
          </p>
          {records.length > 1 ? (
            <Link to="/records">
              <Trans>Switch</Trans>
            </Link>
          ) : null}
        </aside>
      ) : null}
      {ended ? (
        <div className={styles.ended}>
          <Notice icon={CircleAlert} tone="wait" role="status">
            <p>
              <Trans>
                Your access to {endedName}’s record has ended, and the record was taken off this device. What
                you typed there and had not sent goes to the practice.
              </Trans>
            </p>
          </Notice>
        </div>
      ) : null}
    </>
  )
}
