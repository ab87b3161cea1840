/** A score with its band. A scale that is not complete has no band, and says so. */
import { Trans } from '@lingui/react/macro'
import { Card } from '../../../ui/panel.tsx'
import styles from '../staff.module.css'
import type { StaffScore } from '../staff-data.ts'

export function ScoreCard({ score }: { score: StaffScore }) {
  const { value, max, name, band } = score
  return (
    <Card>
      <div className={styles.score}>
        <p className={styles.number}>
          {value}
          <span> / {max}</span>
        </p>
        <div>
          <h2>{name}</h2>
          <p>
            {score.complete ? (
              band?.label
            ) : (
              <Trans>Not every question is answered, so there is no result.</Trans>
            )}
          </p>
        </div>
      </div>
      <progress className={styles.meter} max={max} value={value} aria-hidden />
    </Card>
  )
}
