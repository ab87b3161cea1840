/** A file that answers a question: what it is, where it is, and a look at it in place. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, CircleCheckBig, Clock, Eye, EyeOff, FileImage, FileText } from 'lucide-react'
import { type ReactNode, useCallback, useState } from 'react'
import { savedName } from '../../../../shared/domains/documents/limits.ts'
import { sizeOf } from '../../../../shared/kernel/file-size.ts'
import type { AttachedFile } from '../../../../shared/questionnaire/attached-file.ts'
import type { FileAnswer } from '../../../replica/file-views.ts'
import { useAttachments, useSyncView } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import line from '../../../ui/file-line.module.css'
import { OpenedFile } from '../../../ui/opened-file.tsx'
import { Progress, Status } from '../../../ui/panel.tsx'
import styles from './question.module.css'

interface AttachedAnswerProps {
  readonly attached: AttachedFile
  /** Absent where it is not opened: on a tablet of the waiting room. */
  readonly open?: ((id: string) => Promise<FileAnswer>) | undefined
  /** What else can be done with it. */
  readonly children?: ReactNode
}

export function AttachedAnswer({ attached, open, children }: AttachedAnswerProps) {
  const { i18n, t } = useLingui()
  const [isOpen, setOpen] = useState(false)
  const isOnline = useSyncView().link === 'online'
  const { file, name, type, bytes } = attached
  const read = useCallback(
    (): Promise<FileAnswer> => open?.(file) ?? Promise.resolve({ ok: false, reason: 'gone' }),
    [open, file],
  )
  const Icon = type.startsWith('image/') ? FileImage : FileText
  return (
    <div className={styles.fileAnswer}>
      <div className={line.line}>
        <Icon size={22} aria-hidden />
        <span className={line.name}>
          <span>{name}</span>
          <span className={styles.soft}>{sizeOf(i18n.locale, bytes)}</span>
          <Whereabouts file={file} />
        </span>
        {open ? (
          <Button
            look="quiet"
            aria-expanded={isOpen}
            aria-label={isOpen ? t`Close ${name}` : t`Open ${name}`}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? <EyeOff size={18} aria-hidden /> : <Eye size={18} aria-hidden />}
            {isOpen ? <Trans>Close</Trans> : <Trans>Open</Trans>}
          </Button>
        ) : null}
        {children}
      </div>
      {isOpen ? (
        <OpenedFile
          read={read}
          title={name}
          isOnline={isOnline}
          savedName={(kind) => savedName(name, kind)}
          gone={
            <Trans>
              The clinic does not have this file yet. It comes from the device on which it was added, as soon
              as that has a network.
            </Trans>
          }
        />
      ) : null}
    </div>
  )
}

/** Nothing where this device does not have it. */
function Whereabouts({ file }: { file: string }) {
  const here = useAttachments()[file]
  if (here === undefined || here.state === 'sent') return null
  if (here.state === 'refused')
    return (
      <Status icon={CircleAlert} tone="bad">
        <Trans>The clinic does not take this file</Trans>
      </Status>
    )
  if (here.state === 'there')
    return (
      <Status icon={CircleCheckBig} tone="good">
        <Trans>Received by the clinic</Trans>
      </Status>
    )
  return here.up > 0 ? (
    <Progress value={here.up} of={here.parts}>
      <Trans>Sending the file</Trans>
    </Progress>
  ) : (
    <Status icon={Clock}>
      <Trans>Sealed on this device, waiting to be sent</Trans>
    </Status>
  )
}
