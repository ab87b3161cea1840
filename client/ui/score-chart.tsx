/** A scale over time: a line over its published bands, and the same as a table for whoever reads tables better. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useLayoutEffect, useRef, useState } from 'react'
import type { Band } from '../../shared/questionnaire/questionnaire.ts'
import styles from './score-chart.module.css'
import { HEIGHT, LEFT, RIGHT, scoreScale } from './score-scale.ts'
import { shortDateOf } from './time.ts'

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

const WIDEST = 640

/** Drawn in the room that there is, so that its words and lines are as large on a phone as elsewhere. */
function useRoom() {
  const box = useRef<SVGSVGElement>(null)
  const [width, setWidth] = useState(WIDEST)
  useLayoutEffect(() => {
    const svg = box.current
    if (svg === null) return
    // Without any room it is folded away, and measured when it is opened.
    const measure = () => svg.clientWidth > 0 && setWidth(Math.min(svg.clientWidth, WIDEST))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(svg)
    return () => observer.disconnect()
  }, [])
  return { box, width }
}

export function ScoreChart({ series }: { series: ScoreSeries }) {
  const { i18n, t } = useLingui()
  const { box, width } = useRoom()
  const { name, max, bands, points } = series
  const { x, y, ticks } = scoreScale(series, width)
  const day = (at: number) => shortDateOf(i18n.locale, at)
  const path = points.map(({ at, value }, index) => `${index === 0 ? 'M' : 'L'}${x(at)} ${y(value)}`).join('')
  const [first, last] = [points[0], points.at(-1)]
  const isOneDay = first && last && day(first.at) === day(last.at)
  return (
    <figure className={styles.figure}>
      <svg
        ref={box}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="img"
        aria-label={t`${name} over time; the same numbers are in the table below`}
      >
        {bands.map(({ code, from, to }, index) => (
          <rect
            key={code}
            x={LEFT}
            y={y(Math.min(to + 1, max))}
            width={width - LEFT - RIGHT}
            // A band may begin where the scale ends.
            height={Math.max(0, y(from) - y(Math.min(to + 1, max)))}
            className={index % 2 === 0 ? styles.band : styles.otherBand}
          />
        ))}
        {ticks.map(({ value, isNamed }) => (
          <g key={value}>
            <line x1={LEFT} x2={width - RIGHT} y1={y(value)} y2={y(value)} className={styles.grid} />
            {isNamed ? (
              <text
                x={LEFT - 8}
                y={y(value)}
                textAnchor="end"
                dominantBaseline="central"
                className={styles.label}
              >
                {value}
              </text>
            ) : null}
          </g>
        ))}
        {first && last ? (
          <>
            <text
              x={isOneDay ? (LEFT + width - RIGHT) / 2 : LEFT}
              y={HEIGHT - 8}
              textAnchor={isOneDay ? 'middle' : 'start'}
              className={styles.label}
            >
              {day(first.at)}
            </text>
            {isOneDay ? null : (
              <text x={width - RIGHT} y={HEIGHT - 8} textAnchor="end" className={styles.label}>
                {day(last.at)}
              </text>
            )}
          </>
        ) : null}
        <path d={path} className={styles.line} />
        {points.map(({ submissionId, at, value }) => (
          <circle key={submissionId} cx={x(at)} cy={y(value)} r={5} className={styles.point} />
        ))}
      </svg>
      <table className={styles.table}>
        <caption className="visually-hidden">{name}</caption>
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
              <td>{day(at)}</td>
              <td className={styles.number}>
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
