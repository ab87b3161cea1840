/** Between two screens of the device itself: shows nothing unless it takes longer than half a second. */
import { Trans } from '@lingui/react/macro'
import styles from './opening.module.css'

export const Opening = () => (
  <div className={styles.opening}>
    <p role="status">
      <Trans>Opening…</Trans>
    </p>
  </div>
)
