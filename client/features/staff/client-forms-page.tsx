/** One client's forms: what was asked, what came back, and asking for another. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleCheckBig, ClipboardList, Flag } from 'lucide-react'
import { useState } from 'react'
import { useSessionView } from '../../replica/session-context.tsx'
import { Page, Part } from '../../ui/page.tsx'
import { EmptyState, Notice, Status } from '../../ui/panel.tsx'
import { dateOf } from '../../ui/time.ts'
import { AssignForm } from './components/assign-form.tsx'
import { NotReady } from './components/not-ready.tsx'
import { WayBack } from './components/way-back.tsx'
import { type ClientForms, clientFormsPath, readClientForms } from './forms-data.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

function AssignedLine({ form }: { form: ClientForms['assigned'][number] }) {
  const { i18n } = useLingui()
  const { title, version, status, amends } = form
  const assigned = dateOf(i18n.locale, form.assignedAt)
  const due = form.dueAt === null ? null : dateOf(i18n.locale, form.dueAt)
  return (
    <li className={styles.line}>
      <span className={styles.who}>
        <strong>{title}</strong>
        <span>
          <Trans>
            Version {version} · asked {assigned}
          </Trans>
          {due === null ? null : (
            <>
              {' · '}
              <Trans>due {due}</Trans>
            </>
          )}
        </span>
      </span>
      <span>
        {amends ? <Trans>Correction, </Trans> : null}
        {status === 'assigned' ? <Trans>not begun</Trans> : null}
        {status === 'draft' ? <Trans>being filled in</Trans> : null}
        {status === 'submitted' ? <Trans>handed in</Trans> : null}
      </span>
    </li>
  )
}

function HandedInLine({
  clientId,
  form,
}: {
  clientId: string
  form: NonNullable<ClientForms['handedIn']>[number]
}) {
  const { i18n } = useLingui()
  const { person } = useSessionView()
  const received = dateOf(i18n.locale, form.receivedAt)
  const inside = (
    <>
      <span className={styles.who}>
        <strong>{form.title}</strong>
        <span>
          <Trans>Received {received}</Trans>
        </span>
      </span>
      {form.flagged ? (
        <Status icon={Flag} tone="bad" pill>
          <Trans>Flagged</Trans>
        </Status>
      ) : null}
      <span>{form.status === 'reviewed' ? <Trans>reviewed</Trans> : <Trans>waits for review</Trans>}</span>
    </>
  )
  return (
    <li>
      {person?.role === 'clinician' ? (
        <Link
          to="/staff/submissions/$submissionId"
          params={{ submissionId: form.id }}
          search={{ client: clientId }}
          className={styles.line}
        >
          {inside}
        </Link>
      ) : (
        <div className={styles.line}>{inside}</div>
      )}
    </li>
  )
}

export function ClientFormsPage({ clientId }: { clientId: string }) {
  const { t } = useLingui()
  const { data, again } = useServerData(clientFormsPath(clientId), readClientForms)
  const [done, setDone] = useState<string | null>(null)
  const found = data.state === 'ready' ? data.value : null
  const name = found?.clientName ?? ''
  return (
    <Page
      title={name === '' ? t`Forms of a client` : t`Forms of ${name}`}
      tabTitle={t`Forms of a client`}
      wide
      above={<WayBack />}
    >
      <div role="status">
        {done === null ? null : (
          <Notice icon={CircleCheckBig} tone="good">
            <p>
              <Trans>“{done}” is on its way to the client’s devices.</Trans>
            </p>
          </Notice>
        )}
      </div>
      <NotReady data={data} again={again} />
      {found === null ? null : (
        <>
          <Part id="assign" title={<Trans>Ask for a form</Trans>}>
            <AssignForm
              clientId={clientId}
              onAssigned={(title) => {
                setDone(title)
                again()
              }}
            />
          </Part>
          <Part id="assigned" title={<Trans>Asked of the client</Trans>}>
            {found.assigned.length === 0 ? (
              <EmptyState icon={ClipboardList} title={<Trans>No form was asked for yet</Trans>} />
            ) : (
              <ul className={styles.list}>
                {found.assigned.map((form) => (
                  <AssignedLine key={form.id} form={form} />
                ))}
              </ul>
            )}
          </Part>
          {found.handedIn && found.handedIn.length > 0 ? (
            <Part id="handed-in" title={<Trans>Handed in</Trans>}>
              <ul className={styles.list}>
                {found.handedIn.map((form) => (
                  <HandedInLine key={form.id} clientId={clientId} form={form} />
                ))}
              </ul>
            </Part>
          ) : null}
        </>
      )}
    </Page>
  )
}
