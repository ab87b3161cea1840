/** Photos and papers that are to go with a message: chosen, made smaller where that helps, taken away again. */
import { Trans, useLingui } from '@lingui/react/macro'
import { FileImage, FileText, Minimize2, Paperclip, X } from 'lucide-react'
import { useRef, useState } from 'react'
import { FILE_TYPES } from '../../../../shared/domains/documents/limits.ts'
import { MOST_ATTACHMENTS } from '../../../../shared/domains/messages/limits.ts'
import type { Message } from '../../../../shared/domains/messages/schema.ts'
import { sizeOf } from '../../../../shared/kernel/file-size.ts'
import { type NotTaken, readChosen, smallerCopy } from '../../../replica/choose-file.ts'
import type { ChosenFile } from '../../../replica/file-views.ts'
import { useAttachments, useSession } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import line from '../../../ui/file-line.module.css'
import styles from '../messages.module.css'
import { RefusedFile } from './refused-file.tsx'

type Attached = Message['attachments'][number]

interface FileChoiceProps {
  readonly files: readonly Attached[]
  /** Resolves once what is written names them on the disk. */
  readonly onChange: (files: readonly Attached[]) => Promise<void>
}

const entryOf = ({ id, name, bytes }: ChosenFile): Attached => ({ documentId: id, name, bytes: bytes.length })
const isPicture = (name: string) => /\.(jpe?g|png|webp)$/i.test(name)

export function FileChoice({ files, onChange }: FileChoiceProps) {
  const { i18n, t } = useLingui()
  const session = useSession()
  const here = useAttachments()
  const input = useRef<HTMLInputElement>(null)
  const latest = useRef(files)
  latest.current = files
  const gone = useRef(new Set<string>())
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [smaller, setSmaller] = useState<Readonly<Record<string, ChosenFile>>>({})
  const words: Readonly<Record<NotTaken, (name: string) => string>> = {
    empty: (name) => t`“${name}” is empty.`,
    'too-large': (name) => t`“${name}” is too large. A file may have at most 20 MB.`,
    kind: (name) => t`“${name}” cannot be sent: choose a photo (JPEG, PNG, WebP), a PDF or plain text.`,
  }
  const add = async (chosen: readonly File[]) => {
    setBusy(true)
    setProblem(null)
    // What is shown may be older than what was written a moment ago: those of this choice are named again each time.
    const added: Attached[] = []
    const all = () => {
      const known = new Set([...gone.current, ...latest.current.map(({ documentId }) => documentId)])
      return [...latest.current, ...added.filter(({ documentId }) => !known.has(documentId))]
    }
    try {
      for (const file of chosen) {
        if (all().length >= MOST_ATTACHMENTS) {
          setProblem(t`A message takes at most ${MOST_ATTACHMENTS} files. Send the others with another one.`)
          break
        }
        const read = await readChosen(file)
        if (typeof read === 'string') {
          setProblem(words[read](file.name))
          continue
        }
        await session.attachFile(read)
        added.push(entryOf(read))
        await onChange(all())
        const copy = await smallerCopy(read).catch(() => null)
        if (copy) setSmaller((before) => ({ ...before, [read.id]: copy }))
      }
    } catch {
      setProblem(
        t`The file could not be kept on this device. There may be no room left; what you wrote is safe.`,
      )
    } finally {
      setBusy(false)
      if (input.current) input.current.value = ''
    }
  }
  const remove = async (id: string) => {
    gone.current.add(id)
    await onChange(latest.current.filter(({ documentId }) => documentId !== id))
    await session.detachFiles([id])
    input.current?.focus()
  }
  const shrink = async (id: string, copy: ChosenFile) => {
    await session.attachFile(copy)
    gone.current.add(id)
    await onChange(latest.current.map((file) => (file.documentId === id ? entryOf(copy) : file)))
    await session.detachFiles([id])
  }
  return (
    <div className={styles.choice}>
      {files.length > 0 ? (
        <ul className={styles.files} aria-label={t`Files to send`}>
          {files.map(({ documentId, name, bytes }) => {
            const Icon = isPicture(name) ? FileImage : FileText
            const copy = smaller[documentId]
            const size = copy ? sizeOf(i18n.locale, copy.bytes.length) : ''
            return (
              <li key={documentId} className={line.line}>
                <Icon size={22} aria-hidden />
                <span className={line.name}>
                  <span id={`file-${documentId}`}>{name}</span>
                  <span className={styles.soft}>{sizeOf(i18n.locale, bytes)}</span>
                  {here[documentId]?.state === 'refused' ? <RefusedFile /> : null}
                </span>
                {copy ? (
                  <Button look="quiet" onClick={() => void shrink(documentId, copy)}>
                    <Minimize2 size={18} aria-hidden />
                    <Trans>Send a smaller copy ({size})</Trans>
                  </Button>
                ) : null}
                <Button look="quiet" aria-label={t`Remove ${name}`} onClick={() => void remove(documentId)}>
                  <X size={18} aria-hidden />
                </Button>
              </li>
            )
          })}
        </ul>
      ) : null}
      <input
        ref={input}
        id="message-files"
        type="file"
        multiple
        className="visually-hidden"
        aria-label={t`Add a photo or a file`}
        accept={Object.keys(FILE_TYPES).join(',')}
        onChange={({ target }) => void add([...(target.files ?? [])])}
      />
      <ButtonRow>
        <Button look="secondary" busy={busy} tabIndex={-1} aria-hidden onClick={() => input.current?.click()}>
          <Paperclip size={18} aria-hidden />
          <Trans>Add a photo or a file</Trans>
        </Button>
      </ButtonRow>
      <p role="alert" className={styles.problem}>
        {problem}
      </p>
    </div>
  )
}
