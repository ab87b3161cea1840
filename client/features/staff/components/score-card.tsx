/** A score with its band, and how it went before. A scale that is not complete has no band, and says so. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '../../../ui/panel.tsx'
import { ScoreChart, type ScoreSeries } from '../../../ui/score-chart.tsx'
import { dateOf } from '../../../ui/time.ts'
import styles from '../staff.module.css'
import type { StaffScore } from '../staff-data.ts'

interface ScoreCardProps {
  readonly score: StaffScore
  /** The one before, of the same scale. */
  readonly before: { readonly value: number; readonly at: number } | null
  /** This one and those before, where there are some. */
  readonly series: ScoreSeries
}

function Change({ value, before }: { value: number; before: NonNullable<ScoreCardProps['before']> }) {
  const { i18n } = useLingui()
  const day = dateOf(i18n.locale, before.at)
  const was = before.value
  const more = value - was
  const by = Math.abs(more)
  if (more === 0) return <Trans>As on {day}</Trans>
  return more > 0 ? (
    <Trans>
      {by} more than on {day} ({was})
    </Trans>
  ) : (
    <Trans>
      {by} less than on {day} ({was})
    </Trans>
  )
}

export function ScoreCard({ score, before, series }: ScoreCardProps) {
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
          {score.complete && before ? (
            <p>
              <Change value={value} before={before} />
            </p>
          ) : null}
        </div>
      </div>
      <progress className={styles.meter} max={max} value={value} aria-hidden />
      {series.points.length > 1 ? (
        <details>
          <summary>
            <Trans>Scores over time</Trans>
          </summary>
          <ScoreChart series={series} />
        </details>
      ) : null}
    </Card>
  )
}
