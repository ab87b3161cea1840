/** The files of a message, and where each is: on this device, on its way, with the clinic. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { Clock, FileImage, FileText } from 'lucide-react'
import type { Message } from '../../../../shared/domains/messages/schema.ts'
import { sizeOf } from '../../../../shared/kernel/file-size.ts'
import { useAttachments } from '../../../replica/session-context.tsx'
import line from '../../../ui/file-line.module.css'
import { Progress, Status } from '../../../ui/panel.tsx'
import styles from '../messages.module.css'
import { RefusedFile } from './refused-file.tsx'
import { TakeBack } from './take-back.tsx'

interface AttachedFilesProps {
  readonly message: Message
  /** It waits here, or is on its way. */
  readonly isUnsent: boolean
}

export function AttachedFiles({ message, isUnsent }: AttachedFilesProps) {
  const { i18n, t } = useLingui()
  const view = useAttachments()
  const { attachments } = message
  if (attachments.length === 0) return null
  return (
    <>
      <ul className={styles.files} aria-label={t`Files of this message`}>
        {attachments.map(({ documentId, name, bytes }) => {
          const here = view[documentId]
          const Icon = /\.(jpe?g|png|webp)$/i.test(name) ? FileImage : FileText
          const isOnItsWay = isUnsent && here !== undefined && here.state === 'here'
          return (
            <li key={documentId} className={line.line}>
              <Icon size={22} aria-hidden />
              <span className={line.name}>
                <Link to="/messages/file/$fileId" params={{ fileId: documentId }}>
                  {name}
                </Link>
                <span className={styles.soft}>{sizeOf(i18n.locale, bytes)}</span>
                {isOnItsWay && here.up > 0 ? (
                  <Progress value={here.up} of={here.parts}>
                    <Trans>Sending the file</Trans>
                  </Progress>
                ) : null}
                {isOnItsWay && here.up === 0 ? (
                  <Status icon={Clock}>
                    <Trans>Sealed on this device, waiting to be sent</Trans>
                  </Status>
                ) : null}
                {here?.state === 'refused' ? <RefusedFile /> : null}
              </span>
            </li>
          )
        })}
      </ul>
      {isUnsent && attachments.some(({ documentId }) => view[documentId]?.state === 'here') ? (
        <TakeBack message={message} />
      ) : null}
    </>
  )
}
