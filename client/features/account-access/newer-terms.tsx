/**
 * Asks once for the terms that came into force since the last ones were accepted. Only with a contact, only on pages where
 * nobody is typing, and without standing in the way: what the portal does with no network depends on no answer. L6.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useLocation } from '@tanstack/react-router'
import { CircleCheckBig, FileText } from 'lucide-react'
import { useEffect, useState } from 'react'
import { TERMS_VERSION } from '../../../shared/domains/accounts/terms.ts'
import { useSession, useSyncView } from '../../replica/session-context.tsx'
import { Button, ButtonRow, buttonClass } from '../../ui/button.tsx'
import { Notice } from '../../ui/panel.tsx'
import styles from './account-access.module.css'

const PATH = '/api/v1/portal/auth/terms'
const CALM = new Set(['/', '/appointments', '/messages', '/forms', '/account'])

type Standing = 'unknown' | 'accepted' | 'due' | 'sending' | 'not now' | 'thanks'

export default function NewerTerms() {
  const { t } = useLingui()
  const session = useSession()
  const { link } = useSyncView()
  const { pathname } = useLocation()
  const [standing, setStanding] = useState<Standing>('unknown')
  const isOnline = link === 'online'
  useEffect(() => {
    if (!isOnline || standing !== 'unknown') return
    let left = false
    void session.request({ method: 'GET', path: PATH }).then(({ status, body }) => {
      if (left || status !== 200) return
      const isDue = Reflect.get(Object(body), 'accepted') === false
      // Older than the clinic's: the app's next version shows the text that is asked about.
      const isShown = Reflect.get(Object(body), 'version') === TERMS_VERSION
      setStanding(isDue && isShown ? 'due' : 'accepted')
    })
    return () => {
      left = true
    }
  }, [isOnline, session, standing])
  const accept = async () => {
    setStanding('sending')
    const body = { version: TERMS_VERSION }
    const { status } = await session.request({ method: 'POST', path: PATH, body })
    setStanding(status === 204 ? 'thanks' : 'not now')
  }
  if (standing === 'unknown' || standing === 'accepted' || !CALM.has(pathname)) return null
  if (standing === 'thanks')
    return (
      <div className={styles.above}>
        <Notice icon={CircleCheckBig} tone="good" role="status">
          <p>
            <Trans>Thank you. You have accepted the terms of use.</Trans>
          </p>
        </Notice>
      </div>
    )
  return (
    <div className={styles.above}>
      <Notice icon={FileText} role="region" label={t`New terms of use`}>
        <h2>
          <Trans>The terms of use have changed</Trans>
        </h2>
        <p>
          <Trans>Please read them when you have a moment, and accept them. Everything works meanwhile.</Trans>
        </p>
        {standing === 'not now' ? (
          <p role="alert">
            <Trans>This could not be sent now. Nothing is lost; try again when you are connected.</Trans>
          </p>
        ) : null}
        <ButtonRow>
          <Button busy={standing === 'sending'} onClick={accept}>
            <Trans>Accept the terms</Trans>
          </Button>
          <Link to="/terms" className={buttonClass('secondary')}>
            <Trans>Read the terms</Trans>
          </Link>
        </ButtonRow>
      </Notice>
    </div>
  )
}
