/**
 * Known weaknesses of the libraries that the product ships, against the time frames of docs/security/inventory.md. What
 * the registry knows of is compared with docs/security/weaknesses.csv, where each is written down on the day it was seen.
 */
const DAY_MS = 24 * 60 * 60 * 1000
/** Days from the day it was seen until it has to be mended. */
const TIME_FRAMES = { critical: 3, high: 14, moderate: 90, low: 90, info: 90 } as const
type Severity = keyof typeof TIME_FRAMES

export interface Weakness {
  /** Of the advisory, such as GHSA-xxxx-xxxx-xxxx. */
  readonly id: string
  readonly library: string
  readonly severity: Severity
}
export interface WrittenDown {
  readonly id: string
  /** YYYY-MM-DD */
  readonly seen: string
  /** Why it cannot be reached here; '' where it has to be mended. */
  readonly unreachable: string
}
export interface Judgement {
  /** Any of these, and nothing may be released. */
  readonly breaches: readonly string[]
  /** What there is to know besides. */
  readonly notes: readonly string[]
}

/** `now`: ms. */
export function judgeWeaknesses(
  found: readonly Weakness[],
  written: readonly WrittenDown[],
  now: number,
): Judgement {
  const breaches: string[] = []
  const notes: string[] = []
  for (const { id, library, severity } of found) {
    const what = `${id} (${library}, ${severity})`
    const known = written.find((one) => one.id === id)
    if (known === undefined) breaches.push(`${what} is not written down: add it with the day of today`)
    else if (known.unreachable !== '') notes.push(`${what} cannot be reached here: ${known.unreachable}`)
    else {
      const due = Date.parse(known.seen) + TIME_FRAMES[severity] * DAY_MS
      const day = new Date(due).toISOString().slice(0, 10)
      if (now > due + DAY_MS) breaches.push(`${what} had to be mended by ${day}`)
      else notes.push(`${what} has to be mended by ${day}`)
    }
  }
  for (const { id } of written)
    if (!found.some((one) => one.id === id)) notes.push(`${id} is gone: its line can go`)
  return { breaches, notes }
}

/** What `npm audit --json` printed. Throws where that is no list of weaknesses: nothing is known then. */
export function readAudit(text: string): readonly Weakness[] {
  const report = JSON.parse(text) as {
    readonly vulnerabilities?: { readonly [library: string]: { readonly via: readonly unknown[] } }
    readonly message?: string
  }
  if (report.vulnerabilities === undefined)
    throw new Error(`the registry did not answer: ${report.message ?? 'no list of weaknesses'}`)
  const found = new Map<string, Weakness>()
  // Names instead of advisories: libraries that use one of these.
  for (const { via } of Object.values(report.vulnerabilities))
    for (const cause of via) {
      if (typeof cause !== 'object' || cause === null) continue
      const { url, name, severity } = cause as { url: string; name: string; severity: Severity }
      const id = url.slice(url.lastIndexOf('/') + 1)
      found.set(`${id} ${name}`, { id, library: name, severity })
    }
  return [...found.values()]
}

/** Lines of `id,seen,unreachable`, with a heading; the last field may be quoted. */
export const readWrittenDown = (text: string): readonly WrittenDown[] =>
  text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [, id = '', seen = '', quoted, plain] =
        /^([^,]+),(\d{4}-\d{2}-\d{2}),(?:"((?:[^"]|"")*)"|(.*))$/.exec(line) ?? []
      if (id === '') throw new Error(`docs/security/weaknesses.csv: ${line}`)
      return { id, seen, unreachable: (quoted?.replaceAll('""', '"') ?? plain ?? '').trim() }
    })
