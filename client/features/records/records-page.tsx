/** The records this account may open: one's own and those of people one looks after. One is on the screen at a time. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { CircleAlert, UserRound, UsersRound } from 'lucide-react'
import { useEffect, useState } from 'react'
import { grantedOf } from '../../../shared/domains/grants/scopes.ts'
import { useOpenDrafts } from '../../drafts/open-drafts.tsx'
import { GrantedAreas } from '../../grants/granted-areas.tsx'
import type { OpenRecord } from '../../replica/portal-session.ts'
import { useSession, useSessionView } from '../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Card, Notice, Status } from '../../ui/panel.tsx'
import { dateOf } from '../../ui/time.ts'

export function RecordsPage() {
  const { t } = useLingui()
  const session = useSession()
  const drafts = useOpenDrafts()
  const navigate = useNavigate()
  const { record: shown, records = [] } = useSessionView()
  const [problem, setProblem] = useState<'unsaved' | 'gone' | null>(null)
  useEffect(() => void session.lookForRecords().catch(() => {}), [session])
  const open = async ({ client }: OpenRecord) => {
    setProblem(null)
    // What is still being typed belongs to the record that is open now.
    if (!(await drafts.flushAll())) return setProblem('unsaved')
    if (!(await session.openRecord({ client }))) return setProblem('gone')
    await navigate({ to: '/' })
  }
  return (
    <Page
      title={t`Records`}
      lead={<Trans>Whose record do you want to see? You always see above whose it is.</Trans>}
    >
      {problem === null ? null : (
        <Notice icon={CircleAlert} tone="bad" role="alert">
          <p>
            {problem === 'unsaved' ? (
              <Trans>
                Not everything you typed could be saved on this device yet, so this record stays open. Free
                some space on the device, then switch again.
              </Trans>
            ) : (
              <Trans>Your access to this record has ended. Nothing you typed was lost.</Trans>
            )}
          </p>
        </Notice>
      )}
      {records.map((record) => (
        <RecordCard
          key={record.client}
          record={record}
          isShown={record.client === shown?.client}
          onOpen={() => void open(record)}
        />
      ))}
    </Page>
  )
}

function RecordCard({
  record,
  isShown,
  onOpen,
}: {
  record: OpenRecord
  isShown: boolean
  onOpen: () => void
}) {
  const { i18n } = useLingui()
  const { client, name, own, scopes, until } = record
  const day = until === null ? '' : dateOf(i18n.locale, until)
  return (
    <Card labelledBy={`record-${client}`}>
      <h2 id={`record-${client}`}>{name}</h2>
      <Status icon={own ? UserRound : UsersRound} tone="plain">
        {own ? (
          <Trans>Your own record</Trans>
        ) : until === null ? (
          <Trans>You look after this record</Trans>
        ) : (
          <Trans>You look after this record until {day}</Trans>
        )}
      </Status>
      {own ? null : <GrantedAreas granted={grantedOf(scopes)} />}
      {isShown ? (
        <p>
          <strong>
            <Trans>This record is open now</Trans>
          </strong>
        </p>
      ) : (
        <ButtonRow>
          <Button onClick={onOpen} aria-describedby={`record-${client}`}>
            <Trans>Open this record</Trans>
          </Button>
        </ButtonRow>
      )}
    </Card>
  )
}
