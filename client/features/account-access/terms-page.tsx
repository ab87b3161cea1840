/** The terms in force, for anybody, with or without a network. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { Card } from '../../ui/panel.tsx'
import styles from './account-access.module.css'
import { AccessPage } from './components/access-page.tsx'
import { TermsText } from './components/terms-text.tsx'

export function TermsPage() {
  const { t } = useLingui()
  return (
    <AccessPage title={t`Terms of use`}>
      <Card>
        <TermsText />
      </Card>
      <p className={styles.links}>
        <Link to="/">
          <Trans>Go to the portal</Trans>
        </Link>
      </p>
    </AccessPage>
  )
}
