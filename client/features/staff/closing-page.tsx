/** The end of a client's record, step by step: close it, keep it as long as it must be kept, then erase it for good. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleCheck, Lock } from 'lucide-react'
import { useState } from 'react'
import { useSession } from '../../replica/session-context.tsx'
import { Page } from '../../ui/page.tsx'
import { Card, EmptyState, Fact, Facts, Notice } from '../../ui/panel.tsx'
import { dateOf, momentOf } from '../../ui/time.ts'
import { type Closing, detailOf, readClosing, recordPath } from './closing-data.ts'
import { NotReady } from './components/not-ready.tsx'
import { type Given, RecordStep } from './components/record-step.tsx'
import { WayBack } from './components/way-back.tsx'
import { useServerData } from './use-server-data.ts'

type Step = Parameters<typeof recordPath>[1]
type Take = (step: Step, given: Given) => Promise<string | null>

function Standing({ found }: { found: Closing }) {
  const { i18n, t } = useLingui()
  return (
    <Card>
      <Facts>
        <Fact name={t`Client`}>{found.name}</Fact>
        <Fact name={t`State`}>
          {found.closedAt === null ? (
            <Trans>Open</Trans>
          ) : (
            <Trans>Closed at {momentOf(i18n.locale, found.closedAt)}</Trans>
          )}
        </Fact>
        <Fact name={t`Must be kept until`}>
          {found.retainUntil === null ? (
            <Trans>No duty noted</Trans>
          ) : (
            dateOf(i18n.locale, Date.parse(found.retainUntil), 'UTC')
          )}
        </Fact>
        <Fact name={t`Devices that still hold it`}>{found.devices}</Fact>
      </Facts>
    </Card>
  )
}

function StepsOfClosed({ found, take }: { found: Closing; take: Take }) {
  const { i18n, t } = useLingui()
  const until = found.retainUntil === null ? '' : dateOf(i18n.locale, Date.parse(found.retainUntil), 'UTC')
  return (
    <>
      {found.mustBeKept ? (
        <Notice icon={Lock}>
          <p>
            <Trans>This record must be kept until {until}. It can be erased after that day.</Trans>
          </p>
        </Notice>
      ) : (
        <RecordStep
          id="erase"
          title={t`Erase this record`}
          button={t`Erase for good`}
          asks={['name']}
          danger
          onSubmit={(given) => take('shredding', given)}
        >
          <p>
            <Trans>
              Its keys are destroyed, and everything in it with them: forms, messages, appointments, payments.
              What remains is who did what and when, without content. Nobody can undo this. Backups made
              before still hold it until they are gone.
            </Trans>
          </p>
        </RecordStep>
      )}
      <RecordStep
        id="retention"
        title={t`Change how long it is kept`}
        button={t`Save`}
        asks={['date']}
        onSubmit={(given) => take('retention', given)}
      >
        <p>
          <Trans>Only an admin can change this. The trail keeps the day of before.</Trans>
        </p>
      </RecordStep>
      <RecordStep
        id="reopen"
        title={t`Open it again`}
        button={t`Open the record`}
        onSubmit={(given) => take('reopening', given)}
      >
        <p>
          <Trans>
            The client signs in again with the same password. Their devices start anew, and whom they had let
            in they let in again themselves.
          </Trans>
        </p>
      </RecordStep>
    </>
  )
}

export function ClosingPage({ clientId }: { clientId: string }) {
  const { t } = useLingui()
  const session = useSession()
  const { data, again } = useServerData(recordPath(clientId, 'closing'), readClosing)
  const [erased, setErased] = useState(false)
  const take: Take = async (step, given) => {
    const method = step === 'retention' ? 'PUT' : 'POST'
    const { status, body } = await session.request({ method, path: recordPath(clientId, step), body: given })
    if (status !== 204) return detailOf(body) ?? ''
    if (step === 'shredding') setErased(true)
    else again()
    return null
  }
  const above = <WayBack />
  if (erased)
    return (
      <Page title={t`The record is erased`} wide above={above}>
        <div role="status">
          <EmptyState icon={CircleCheck} title={<Trans>Nothing of it can be opened any more</Trans>}>
            <p>
              <Trans>The audit trail says who did this, when and why.</Trans>
            </p>
          </EmptyState>
        </div>
      </Page>
    )
  return (
    <Page title={t`Close this record`} wide above={above}>
      <NotReady data={data} again={again} />
      {data.state === 'ready' ? <Standing found={data.value} /> : null}
      {data.state === 'ready' && data.value.state === 'open' ? (
        <RecordStep
          id="close"
          title={t`Close it`}
          button={t`Close the record`}
          asks={['date', 'name']}
          danger
          onSubmit={(given) => take('closing', given)}
        >
          <p>
            <Trans>
              The client’s account ends, and so does the access of whoever was let in. Their devices remove
              everything at the next contact. You still read the record, and an admin can open it again.
            </Trans>
          </p>
        </RecordStep>
      ) : null}
      {data.state === 'ready' && data.value.state === 'closed' ? (
        <StepsOfClosed key={data.value.retainUntil} found={data.value} take={take} />
      ) : null}
    </Page>
  )
}
