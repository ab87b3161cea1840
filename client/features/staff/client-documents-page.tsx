/** What was shared with one client: sharing more, and withdrawing what was shared by mistake. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChevronLeft, CircleCheckBig, FolderOpen } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { SharedDocument } from '../../../shared/domains/documents/schema.ts'
import { useSessionView } from '../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { backClass, Page, Part } from '../../ui/page.tsx'
import { EmptyState, Notice } from '../../ui/panel.tsx'
import { dateOf } from '../../ui/time.ts'
import { useCategoryNames } from './components/category-names.ts'
import { NotReady } from './components/not-ready.tsx'
import { ShareForm } from './components/share-form.tsx'
import { Withdrawn, WithdrawnAlert } from './components/withdrawn.tsx'
import { clientDocumentsPath, readClientDocuments } from './documents-data.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'
import { useWithdrawal } from './use-withdrawal.ts'

const Dialog = lazy(() => import('../../ui/dialog.tsx'))

interface DocumentLineProps {
  readonly clientId: string
  readonly document: SharedDocument
  readonly onWithdraw: () => void
}

function DocumentLine({ clientId, document, onWithdraw }: DocumentLineProps) {
  const { i18n } = useLingui()
  const names = useCategoryNames()
  const { id, title, category, sharedByName, sharedAt } = document
  const date = dateOf(i18n.locale, sharedAt)
  return (
    <li className={styles.line}>
      <span className={styles.who}>
        <Link
          id={`document-${id}`}
          to="/staff/clients/$clientId/file/$kind/$fileId"
          params={{ clientId, kind: 'documents', fileId: id }}
        >
          {title}
        </Link>
        <span className={styles.soft}>
          {names[category]} · {sharedByName} · {date}
        </span>
      </span>
      <Button look="quiet" aria-describedby={`document-${id}`} onClick={onWithdraw}>
        <Trans>Withdraw</Trans>
      </Button>
    </li>
  )
}

export function ClientDocumentsPage({ clientId }: { clientId: string }) {
  const { t } = useLingui()
  // Their list of clients is another one.
  const isClinician = useSessionView().person?.role === 'clinician'
  const [cursors, setCursors] = useState<readonly string[]>([])
  const { data, again } = useServerData(clientDocumentsPath(clientId, cursors.at(-1)), readClientDocuments)
  const [asking, setAsking] = useState<SharedDocument | null>(null)
  const [done, setDone] = useState<string | null>(null)
  const { withdrawal, withdraw, undo, forget } = useWithdrawal(clientId, again)
  const found = data.state === 'ready' ? data.value : null
  const name = found?.clientName ?? ''
  const shared = (title: string) => {
    forget()
    setDone(t`“${title}” is shared.`)
    setCursors([])
    again()
  }
  const confirmed = async (document: SharedDocument) => {
    setDone(null)
    await withdraw(document)
    setAsking(null)
  }
  const title = asking?.title ?? ''
  return (
    <Page
      title={name === '' ? t`Documents of a client` : t`Documents of ${name}`}
      tabTitle={t`Documents of a client`}
      wide
      above={
        isClinician ? (
          <Link to="/staff/messages" search={{ show: 'waiting' }} className={backClass}>
            <ChevronLeft size={18} aria-hidden />
            <Trans>Messages</Trans>
          </Link>
        ) : (
          <Link to="/staff/clients" className={backClass}>
            <ChevronLeft size={18} aria-hidden />
            <Trans>Clients</Trans>
          </Link>
        )
      }
    >
      <div role="status">
        {done === null ? null : (
          <Notice icon={CircleCheckBig} tone="good">
            <p>{done}</p>
          </Notice>
        )}
        <Withdrawn withdrawal={withdrawal} onUndo={(again) => void undo(again)} />
      </div>
      <WithdrawnAlert withdrawal={withdrawal} />
      <NotReady data={data} again={again} />
      {found === null ? null : (
        <>
          <Part id="share" title={<Trans>Share a document</Trans>}>
            <ShareForm clientId={clientId} onShared={shared} />
          </Part>
          <Part id="shared" title={<Trans>Shared</Trans>}>
            {found.items.length === 0 ? (
              <EmptyState icon={FolderOpen} title={<Trans>Nothing is shared yet</Trans>} />
            ) : (
              <ul className={styles.list}>
                {found.items.map((document) => (
                  <DocumentLine
                    key={document.id}
                    clientId={clientId}
                    document={document}
                    onWithdraw={() => setAsking(document)}
                  />
                ))}
              </ul>
            )}
            <ButtonRow>
              {cursors.length > 0 ? (
                <Button look="secondary" onClick={() => setCursors(cursors.slice(0, -1))}>
                  <Trans>Back</Trans>
                </Button>
              ) : null}
              {found.next ? (
                <Button look="secondary" onClick={() => setCursors([...cursors, found.next ?? ''])}>
                  <Trans>More</Trans>
                </Button>
              ) : null}
            </ButtonRow>
          </Part>
        </>
      )}
      {asking === null ? null : (
        <Suspense>
          <Dialog
            title={t`Withdraw “${title}”?`}
            onClose={() => setAsking(null)}
            buttons={
              <>
                <Button
                  look="danger"
                  busy={withdrawal.state === 'withdrawing'}
                  onClick={() => confirmed(asking)}
                >
                  <Trans>Withdraw</Trans>
                </Button>
                <Button look="secondary" onClick={() => setAsking(null)}>
                  <Trans>Cancel</Trans>
                </Button>
              </>
            }
          >
            <p>
              <Trans>
                The client’s devices remove it at their next contact, kept copies too. What the client has
                saved as a file stays with them.
              </Trans>
            </p>
          </Dialog>
        </Suspense>
      )}
    </Page>
  )
}
