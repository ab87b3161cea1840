/** The camera's picture, until it shows a code of the kind that is asked for; typing is always the other way. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CameraOff } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { readPicture } from '../../../shared/domains/kiosk/code.ts'
import { Button, ButtonRow } from '../../ui/button.tsx'
import { Notice } from '../../ui/panel.tsx'
import { type CameraTrouble, type Facing, watchCamera } from './camera.ts'
import styles from './kiosk.module.css'

interface ScanProps {
  readonly what: 'tablet' | 'visit'
  /** Once. */
  readonly onCode: (code: string) => void
  readonly onClose: () => void
}

export default function ScanPicture({ what, onCode, onClose }: ScanProps) {
  const { t } = useLingui()
  const video = useRef<HTMLVideoElement>(null)
  const [facing, setFacing] = useState<Facing>('environment')
  const [trouble, setTrouble] = useState<CameraTrouble | null>(null)
  const [seen, setSeen] = useState<'nothing' | 'another'>('nothing')
  const taken = useRef(onCode)
  taken.current = onCode
  useEffect(() => {
    let stop = () => {}
    let isOver = false
    const end = () => {
      isOver = true
      stop()
    }
    const take = (text: string) => {
      const code = readPicture(text, what)
      if (isOver) return
      if (code === undefined) return setSeen('another')
      end()
      taken.current(code)
    }
    if (video.current !== null)
      watchCamera(video.current, facing, take).then(
        (given) => {
          stop = given
          if (isOver) stop()
        },
        (why: CameraTrouble) => {
          if (!isOver) setTrouble(why)
        },
      )
    return end
  }, [facing, what])
  if (trouble !== null)
    return (
      <>
        <Notice icon={CameraOff} tone="wait" role="alert">
          <p>
            {trouble === 'denied' ? (
              <Trans>This tablet does not let the page use its camera. Type the code instead.</Trans>
            ) : (
              <Trans>There is no camera to be had. Type the code instead.</Trans>
            )}
          </p>
        </Notice>
        <div>
          <Button onClick={onClose}>
            <Trans>Type the code</Trans>
          </Button>
        </div>
      </>
    )
  return (
    <>
      <video
        ref={video}
        className={styles.camera}
        data-facing={facing}
        muted
        playsInline
        disablePictureInPicture
        aria-label={t`What the camera sees`}
      />
      <p role="status">
        {seen === 'another' ? (
          <Trans>This is another picture. Hold the one from the front desk in front of the camera.</Trans>
        ) : (
          <Trans>Hold the picture from the front desk in front of the camera. Nothing is recorded.</Trans>
        )}
      </p>
      <ButtonRow>
        <Button look="secondary" onClick={onClose}>
          <Trans>Type the code</Trans>
        </Button>
        <Button look="secondary" onClick={() => setFacing(facing === 'environment' ? 'user' : 'environment')}>
          <Trans>Other camera</Trans>
        </Button>
      </ButtonRow>
    </>
  )
}
