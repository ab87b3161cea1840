/** Everything that waits, was received, or needs a decision, with what can be done about it. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { CloudCheck, Download, RefreshCw, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { sizeOf } from '../../../shared/kernel/file-size.ts'
import type { PendingItem, SyncView } from '../../replica/portal-session.ts'
import {
  useAttachments,
  useFiles,
  useReplica,
  useSession,
  useSyncView,
} from '../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { Page, Part } from '../../ui/page.tsx'
import { Card, EmptyState, Notice, Progress } from '../../ui/panel.tsx'
import { momentOf } from '../../ui/time.ts'
import { AttentionItem } from './components/attention-item.tsx'
import { ItemLine } from './components/item-line.tsx'
import { downloadJson } from './download-json.ts'
import { useHeldMessages, useItemNames } from './queries.ts'
import styles from './sync-centre.module.css'
import { isDiscardedChange, writeAgain } from './write-again.ts'

function LinkText({ link }: { link: SyncView['link'] }) {
  if (link === 'online') return <Trans>Connected with the clinic.</Trans>
  if (link === 'connecting') return <Trans>Looking for the clinic…</Trans>
  if (link === 'sign-in-needed')
    return (
      <Trans>To send, lock the portal and open it again with your password while there is a network.</Trans>
    )
  if (link === 'update-needed')
    return (
      <Trans>
        This app and the clinic are of different versions, so nothing can be sent now. Close the portal in
        every tab and open it again while there is a network. What is not sent is safe on this device, and you
        can download it below.
      </Trans>
    )
  if (link === 'replaced')
    return (
      <Trans>
        A copy of this device's portal is connected with the clinic in another place, so this one waits. What
        you save stays here. To go on here, press “Send now”. If you know of no copy, somebody else may have
        made one: end this device under “Signed-in devices” and tell the clinic.
      </Trans>
    )
  if (link === 'captive')
    return (
      <Trans>
        This network asks you to sign in before it lets anything through. Open any web page to do that. What
        you save stays on this device and is sent then.
      </Trans>
    )
  if (link === 'storage-lost')
    return (
      <Trans>
        This browser has deleted what the portal had saved on this device. What was not sent yet is only in
        this tab now: please download it below before you close it. Then close the portal in every tab, open
        it again and sign in.
      </Trans>
    )
  if (link === 'device-full')
    return (
      <Trans>
        This device has no room left for what is new at the clinic. What you saved is sent all the same, as
        far as the last bit of room allows. Please make some space; the rest then arrives by itself.
      </Trans>
    )
  if (link === 'unavailable')
    return (
      <Trans>
        The clinic's server cannot save right now; your entries are safe on this device and will be sent.
      </Trans>
    )
  if (link === 'unreachable')
    return (
      <Trans>
        There is a network, but the clinic does not answer through it. Some networks want a sign-in of their
        own first. You can go on with everything; it is sent later.
      </Trans>
    )
  return <Trans>No network at the moment. You can go on with everything; it is sent later.</Trans>
}

/** What files take here, and whether any of them would be lost with the device. */
function FilesHere() {
  const { i18n } = useLingui()
  const attached = Object.values(useAttachments())
  const files = [...Object.values(useFiles()), ...attached]
  if (files.length === 0) return null
  const unsent = attached.filter(({ state }) => state !== 'sent').length
  const size = sizeOf(
    i18n.locale,
    files.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  return (
    <p className={styles.soft}>
      <Trans>Files on this device take {size}, sealed.</Trans>{' '}
      {unsent > 0 ? (
        <Plural value={unsent} one="# of them is not sent yet." other="# of them are not sent yet." />
      ) : null}
    </p>
  )
}

export function SyncCentrePage() {
  const { i18n, t } = useLingui()
  const session = useSession()
  const sync = useSyncView()
  const replica = useReplica()
  const { nameOf, draftOf, messageOf } = useItemNames()
  const held = useHeldMessages()
  const [discarded, setDiscarded] = useState<unknown>(null)
  const attention = sync.items.filter((item) => item.state === 'attention')
  const waiting = sync.items.filter((item) => item.state !== 'attention' && item.state !== 'received')
  const received = sync.items.filter((item) => item.state === 'received')
  const key = (item: PendingItem) => `${item.collection}/${item.documentId}/${item.mutation ?? item.state}`
  const time = sync.lastSyncedAt === null ? null : momentOf(i18n.locale, sync.lastSyncedAt)

  return (
    <Page title={t`Saved and sent`} lead={<LinkText link={sync.link} />}>
      {sync.progress !== null && sync.progress < 1 ? (
        <Progress value={sync.progress} of={1}>
          <Trans>Bringing your record to this device</Trans>
        </Progress>
      ) : null}
      {replica && isDiscardedChange(discarded) ? (
        <Notice icon={Undo2} role="status" label={t`Discarded`}>
          <p>
            <Trans>The change is discarded.</Trans>
          </p>
          <div>
            <Button
              look="secondary"
              onClick={() => void writeAgain(replica, discarded).then(() => setDiscarded(null))}
            >
              <Trans>Undo</Trans>
            </Button>
          </div>
        </Notice>
      ) : null}
      {attention.length > 0 ? (
        <Part id="attention" title={<Trans>Needs your decision</Trans>}>
          {attention.map((item) => (
            <AttentionItem
              key={key(item)}
              item={item}
              name={nameOf(item)}
              draftId={draftOf(item)}
              message={messageOf(item)}
              onDiscarded={setDiscarded}
            />
          ))}
        </Part>
      ) : null}
      <Part id="waiting" title={<Trans>On this device, waiting to be sent</Trans>}>
        {waiting.length + held.length === 0 ? (
          <EmptyState icon={CloudCheck} title={<Trans>Nothing is waiting</Trans>}>
            <p>
              <Trans>What you save appears here until the clinic has it.</Trans>
            </p>
          </EmptyState>
        ) : (
          <Card>
            <p className={styles.soft}>
              <Plural value={sync.unsent + held.length} one="# change" other="# changes" />
            </p>
            <ul className={styles.list}>
              {held.map(({ messageId, subject: title, updatedAt }) => (
                <ItemLine
                  key={messageId}
                  item={{
                    collection: 'messages',
                    documentId: messageId,
                    state: 'saved',
                    at: updatedAt,
                    changes: 0,
                  }}
                  name={title ? t`Message: ${title}` : t`A message`}
                />
              ))}
              {waiting.map((item) => (
                <ItemLine key={key(item)} item={item} name={nameOf(item)} />
              ))}
            </ul>
          </Card>
        )}
      </Part>
      {received.length > 0 ? (
        <Part id="received" title={<Trans>Received by the clinic</Trans>}>
          <Card>
            <ul className={styles.list}>
              {received.map((item) => (
                <ItemLine key={key(item)} item={item} name={nameOf(item)} />
              ))}
            </ul>
          </Card>
        </Part>
      ) : null}
      <ButtonRow>
        <Button look="secondary" onClick={() => session.syncNow()}>
          <RefreshCw size={18} aria-hidden />
          <Trans>Send now</Trans>
        </Button>
        <Button
          look="quiet"
          onClick={async () => downloadJson('mentalspace-unsent.json', await session.exportUnsent())}
        >
          <Download size={18} aria-hidden />
          <Trans>Download what is not sent</Trans>
        </Button>
      </ButtonRow>
      <FilesHere />
      <p className={styles.soft}>
        {time ? (
          <Trans>Last exchanged with the clinic: {time}</Trans>
        ) : (
          <Trans>Not exchanged with the clinic yet</Trans>
        )}
      </p>
    </Page>
  )
}
