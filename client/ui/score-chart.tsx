/** A scale over time: a line over its published bands, and the same as a table for whoever reads tables better. */
import { Trans, useLingui } from '@lingui/react/macro'
import type { Band } from '../../shared/questionnaire/questionnaire.ts'
import styles from './score-chart.module.css'
import { dateOf } from './time.ts'

export interface ScorePoint {
  readonly submissionId: string
  /** ms */
  readonly at: number
  readonly value: number
  readonly band: string
}
export interface ScoreSeries {
  readonly name: string
  readonly max: number
  readonly bands: readonly Band[]
  /** The oldest first; only complete scales. */
  readonly points: readonly ScorePoint[]
}

const WIDTH = 640
const HEIGHT = 240
const LEFT = 40
const BOTTOM = 36
const TOP = 12
const RIGHT = 16

export function ScoreChart({ series }: { series: ScoreSeries }) {
  const { i18n, t } = useLingui()
  const { name, max, bands, points } = series
  const first = points[0]?.at ?? 0
  const span = Math.max((points.at(-1)?.at ?? 0) - first, 1)
  const x = (at: number) =>
    points.length === 1 ? (LEFT + WIDTH - RIGHT) / 2 : LEFT + ((at - first) / span) * (WIDTH - LEFT - RIGHT)
  const y = (value: number) => TOP + (1 - value / Math.max(max, 1)) * (HEIGHT - TOP - BOTTOM)
  const path = points.map(({ at, value }, index) => `${index === 0 ? 'M' : 'L'}${x(at)} ${y(value)}`).join('')
  const ticks = [...new Set([0, ...bands.map(({ from }) => from), max])]
  const ends = [...new Set([points[0], points.at(-1)])].filter((point) => point !== undefined)
  return (
    <figure className={styles.figure}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t`${name} over time; the same numbers are in the table below`}
      >
        {bands.map(({ code, from, to }, index) => (
          <rect
            key={code}
            x={LEFT}
            y={y(Math.min(to + 1, max))}
            width={WIDTH - LEFT - RIGHT}
            height={y(from) - y(Math.min(to + 1, max))}
            className={index % 2 === 0 ? styles.band : styles.otherBand}
          />
        ))}
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} className={styles.grid} />
            <text
              x={LEFT - 8}
              y={y(tick)}
              textAnchor="end"
              dominantBaseline="central"
              className={styles.label}
            >
              {tick}
            </text>
          </g>
        ))}
        {ends.map(({ at, submissionId }, index) => (
          <text
            key={submissionId}
            x={x(at)}
            y={HEIGHT - 8}
            textAnchor={ends.length === 1 ? 'middle' : index === 0 ? 'start' : 'end'}
            className={styles.label}
          >
            {dateOf(i18n.locale, at)}
          </text>
        ))}
        <path d={path} className={styles.line} />
        {points.map(({ submissionId, at, value }) => (
          <circle key={submissionId} cx={x(at)} cy={y(value)} r={5} className={styles.point} />
        ))}
      </svg>
      <table className={styles.table}>
        <caption>{name}</caption>
        <thead>
          <tr>
            <th scope="col">
              <Trans>Day</Trans>
            </th>
            <th scope="col">
              <Trans>Score</Trans>
            </th>
            <th scope="col">
              <Trans>Meaning</Trans>
            </th>
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map(({ submissionId, at, value, band }) => (
            <tr key={submissionId}>
              <td>{dateOf(i18n.locale, at)}</td>
              <td>
                {value} / {max}
              </td>
              <td>{band}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}
