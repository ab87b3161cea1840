/** A figure is a median of several runs with its spread, and never without its conditions. */
export interface Figure {
  readonly what: string
  readonly conditions: string
  readonly unit: 'ms' | 'bytes' | 'kB' | 'KiB' | 'MB' | '/s'
  readonly runs: readonly number[]
  /** The same work by plain means, in the same run. */
  readonly baseline?: { readonly what: string; readonly runs: readonly number[] }
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

function number(value: number, unit: Figure['unit']): string {
  if (unit === 'kB' || unit === 'KiB') return value.toFixed(1)
  if (unit === 'ms' && value < 100) return value.toFixed(value < 1 ? 3 : 1)
  return Math.round(value).toLocaleString('en-US')
}

const spread = (runs: readonly number[], unit: Figure['unit']) =>
  runs.length < 2 ? '' : ` (${number(Math.min(...runs), unit)}–${number(Math.max(...runs), unit)})`

export function printTable(title: string, figures: readonly Figure[]): void {
  console.log(`### ${title}\n`)
  console.log('| what | median (range) | runs | baseline | conditions |')
  console.log('|---|--:|--:|---|---|')
  for (const { what, unit, runs, baseline, conditions } of figures) {
    const beside = baseline
      ? `${baseline.what}: ${number(median(baseline.runs), unit)} ${unit}${spread(baseline.runs, unit)}, ratio ${(median(runs) / median(baseline.runs)).toFixed(2)}`
      : ''
    console.log(
      `| ${what} | ${number(median(runs), unit)} ${unit}${spread(runs, unit)} | ${runs.length} | ${beside} | ${conditions} |`,
    )
  }
  console.log('')
}
