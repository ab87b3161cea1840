/** A file that is opened: shown, saved, or why not; where the network was the reason it opens by itself once there is one. */
import { Trans } from '@lingui/react/macro'
import { CloudOff, Download, RefreshCw } from 'lucide-react'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { Button, ButtonRow } from './button.tsx'
import styles from './file-view.module.css'
import { FileView } from './file-view.tsx'
import { Notice, Progress } from './panel.tsx'
import { saveFile } from './save-file.ts'

type Why = 'offline' | 'gone' | 'broken' | 'unavailable'
type Answer =
  | { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string }
  | { readonly ok: false; readonly reason: Why }

interface FileProblemProps {
  readonly why: Why
  readonly again: () => void
  /** What it means that the clinic does not have it. */
  readonly gone?: ReactNode
}

export function FileProblem({ why, again, gone }: FileProblemProps) {
  return (
    <Notice icon={CloudOff} tone={why === 'offline' ? 'wait' : 'bad'} role="alert">
      <p>
        {why === 'offline' ? (
          <Trans>
            There is no network, and this file is not kept on this device. It can be opened as soon as there
            is a network.
          </Trans>
        ) : null}
        {why === 'gone' ? (gone ?? <Trans>Your practice does not share this file any more.</Trans>) : null}
        {why === 'broken' ? (
          <Trans>What came is not the file that was shared. Nothing was kept. Try again.</Trans>
        ) : null}
        {why === 'unavailable' ? (
          <Trans>The clinic’s server could not give the file now. Try again in a moment.</Trans>
        ) : null}
      </p>
      {why === 'gone' && gone === undefined ? null : (
        <Button look="secondary" onClick={again}>
          <RefreshCw size={18} aria-hidden />
          <Trans>Try again</Trans>
        </Button>
      )}
    </Notice>
  )
}

interface OpenedFileProps {
  /** Stable (useCallback): another one asks again. */
  readonly read: () => Promise<Answer>
  readonly title: string
  readonly isOnline: boolean
  readonly savedName: (type: string) => string
  readonly gone?: ReactNode
}

export function OpenedFile({ read, title, isOnline, savedName, gone }: OpenedFileProps) {
  const [answer, setAnswer] = useState<Answer>()
  const [round, setRound] = useState(0)
  const waits = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    let gone = false
    setAnswer(undefined)
    const show = (found: Answer) => {
      if (gone) return
      waits.current = !found.ok && (found.reason === 'offline' || found.reason === 'unavailable')
      setAnswer(found)
    }
    read().then(show, () => show({ ok: false, reason: 'unavailable' }))
    return () => {
      gone = true
    }
  }, [read, round])
  const again = useCallback(() => setRound((before) => before + 1), [])
  // The clinic answers again: nobody has to press for that.
  useEffect(() => {
    if (isOnline && waits.current) again()
  }, [isOnline, again])
  if (answer === undefined)
    return (
      <Progress value={0}>
        <Trans>Opening the file</Trans>
      </Progress>
    )
  if (!answer.ok) return <FileProblem why={answer.reason} again={again} gone={gone} />
  const { bytes, type } = answer
  return (
    <>
      <ButtonRow>
        <Button look="secondary" onClick={() => saveFile(savedName(type), bytes, type)}>
          <Download size={18} aria-hidden />
          <Trans>Save as a file</Trans>
        </Button>
      </ButtonRow>
      <div className={styles.viewer}>
        <FileView bytes={bytes} type={type} title={title} />
      </div>
      <p className={styles.soft}>
        <Trans>A file that you save is not sealed: whoever uses this device can open it.</Trans>
      </p>
    </>
  )
}
