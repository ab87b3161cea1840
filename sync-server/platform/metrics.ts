/**
 * What an operator can measure, as numbers without anybody in them: a label is a route's pattern, a code, a kind of
 * job; never an id, an address or a text. Names and meanings: docs/operations.md, which a test compares with this.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Asked when somebody asks for the metrics; may throw, then this time it has no value. */
export interface MeasuredGauge {
  readonly name: string
  readonly help: string
  readonly labels?: readonly string[]
  readonly measure: () => Promise<readonly (readonly [labels: Record<string, string>, value: number])[]>
}

export type SyncEvent = 'hello' | 'push' | 'pull'

export interface Metrics {
  request(of: { method: string; route: string; status: number; seconds: number }): void
  sync(of: { event: SyncEvent; outcome: string; seconds: number }): void
  /** `seconds`: how long the oldest change of a push had waited on its device, by that device's clock. */
  outbox(of: { seconds: number; mutations: number }): void
  /** From taking a change to telling the devices of this server. */
  told(seconds: number): void
  /** A change that no other server told of, found in the database. */
  foundLate(): void
  auditFailure(): void
  gauge(gauge: MeasuredGauge): void
  text(): Promise<string>
  readonly contentType: string
}

/** Seconds: from a keystroke's round trip to what a phone on a weak signal waits. */
const WAITS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** Seconds: from "at once" to "a month in a drawer". */
const AGES = [1, 5, 15, 60, 300, 1_800, 3_600, 6 * 3_600, 86_400, 3 * 86_400, 7 * 86_400, 30 * 86_400]

export function createMetrics(): Metrics {
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register })
  const histogram = <T extends string>(name: string, help: string, labelNames: T[], buckets: number[]) =>
    new Histogram({ name, help, labelNames, buckets, registers })
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const requests = histogram(
    'portal_http_request_seconds',
    'Time to answer an HTTP request.',
    ['method', 'route', 'status'],
    WAITS,
  )
  const syncs = histogram(
    'portal_sync_seconds',
    'Time to answer a hello, push or pull, over sockets and HTTP.',
    ['event', 'outcome'],
    WAITS,
  )
  const ages = histogram(
    'portal_outbox_age_seconds',
    'How long the oldest change of a push had waited on its device, by the clock of the device.',
    [],
    AGES,
  )
  const sizes = histogram(
    'portal_outbox_mutations',
    'Mutations in one push.',
    [],
    [1, 2, 5, 10, 25, 50, 100, 250, 500],
  )
  const lag = histogram(
    'portal_sync_lag_seconds',
    'From taking a change, on any server, to telling the other devices connected to this one.',
    [],
    WAITS,
  )
  const late = counter(
    'portal_found_late_total',
    'Changes of other servers that were found in the database because nobody told of them.',
  )
  const failures = counter(
    'portal_audit_failures_total',
    'Transactions that ended because the audit trail could not be written, and exports of its ends that failed.',
  )
  return {
    contentType: register.contentType,
    request: ({ seconds, method, route, status }) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    sync: ({ seconds, event, outcome }) => syncs.observe({ event, outcome }, seconds),
    outbox({ seconds, mutations }) {
      ages.observe(seconds)
      sizes.observe(mutations)
    },
    told: (seconds) => lag.observe(Math.max(0, seconds)),
    foundLate: () => late.inc(),
    auditFailure: () => failures.inc(),
    gauge({ name, help, labels = [], measure }) {
      new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers,
        async collect() {
          this.reset()
          // Without a value is what a dashboard shows of what cannot be measured now; 0 would be a claim.
          const values = await measure().catch(() => [])
          if (values.length === 0 && labels.length === 0) this.remove()
          for (const [given, value] of values) this.set(given, value)
        },
      })
    },
    text: () => register.metrics(),
  }
}
