/**
 * Around the forms of a visit: help, the end, and what happens when nobody touches the tablet. Whatever ends the visit, the
 * page is left and everything of it with it; what was typed is sealed to the practice before.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { HandHelping } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { useOpenDrafts } from '../../drafts/open-drafts.tsx'
import type { Tablet } from '../../kiosk/tablet.ts'
import type { TabletView } from '../../kiosk/tablet-port.ts'
import { Button } from '../../ui/button.tsx'
import { KioskFrame } from './kiosk-frame.tsx'
import { useIdle } from './use-idle.ts'
import { VisitEnd } from './visit-end.ts'

const Dialog = lazy(() => import('../../ui/dialog.tsx'))

interface VisitFrameProps {
  readonly tablet: Tablet
  readonly view: TabletView
  /** Leaves the page. */
  readonly leave: (how: 'parked' | 'finished') => void
  readonly children: ReactNode
}

export function VisitFrame({ tablet, view, leave, children }: VisitFrameProps) {
  const { t } = useLingui()
  const drafts = useOpenDrafts()
  const [asks, setAsks] = useState(false)
  const ask = (now: boolean) => {
    setAsks(now)
    void tablet.askHelp({ asks: now }).catch(() => {})
  }
  const ending = useRef(false)
  const end = useCallback(
    async (how: 'parked' | 'finished') => {
      if (ending.current) return
      ending.current = true
      await drafts.flushAll()
      await tablet.endVisit({ how }).catch(() => {})
      leave(how)
    },
    [drafts, tablet, leave],
  )
  const park = useCallback(() => void end('parked'), [end])
  const { left, stay } = useIdle(view.idleSeconds, park)
  useEffect(() => {
    if (view.endVisit) park()
  }, [view.endVisit, park])
  useEffect(() => {
    let lock: { release(): Promise<void> } | undefined
    navigator.wakeLock?.request('screen').then(
      (given) => {
        lock = given
      },
      () => {},
    )
    return () => void lock?.release().catch(() => {})
  }, [])
  return (
    <KioskFrame
      view={view}
      actions={
        <Button look="secondary" onClick={() => ask(true)}>
          <HandHelping size={20} aria-hidden />
          <Trans>I need help</Trans>
        </Button>
      }
    >
      <VisitEnd value={end}>{children}</VisitEnd>
      <Suspense>
        {asks ? (
          <Dialog
            title={t`Somebody at the front desk helps you`}
            onClose={() => ask(false)}
            buttons={
              <>
                <Button onClick={() => ask(false)}>
                  <Trans>Go on</Trans>
                </Button>
                <Button look="secondary" onClick={park}>
                  <Trans>Stop here</Trans>
                </Button>
              </>
            }
          >
            <p>
              <Trans>
                Take the tablet with you. Your answers are saved; if you stop here, the practice can open them
                again for you.
              </Trans>
            </p>
          </Dialog>
        ) : null}
        {left === undefined ? null : (
          <Dialog
            title={t`Are you still there?`}
            onClose={stay}
            buttons={
              <Button onClick={stay}>
                <Trans>I am still here</Trans>
              </Button>
            }
          >
            <p role="timer">
              <Plural
                value={left}
                one="In # second this closes, so that nobody else sees your answers. They are saved."
                other="In # seconds this closes, so that nobody else sees your answers. They are saved."
              />
            </p>
          </Dialog>
        )}
      </Suspense>
    </KioskFrame>
  )
}
