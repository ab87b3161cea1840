/**
 * Load, `kill -9` at a random moment, return, check; again and again over the same data. The ledger lies in this
 * process, outside of what is killed. SPEC: shared/protocol/SPEC.md, P9, P13, P14, P19; client/replica/SPEC.md, R12.
 */

import { createTestDevice } from '../device/test-device.ts'
import { DEMO_PASSWORD } from '../harness/sign-in.ts'
import { Ledger } from './ledger.ts'
import { Observer } from './observer.ts'
import { createRandom } from './random.ts'
import { pause, SocketWriter } from './socket-writer.ts'
import { TypingDevice } from './typing-device.ts'
import { createVictim, type VictimKind } from './victims.ts'

export interface CrashOptions {
  readonly cycles: number
  readonly seed: number
  /** Seconds for which what was killed stays away, while the devices go on; of Postgres the whole is killed then. */
  readonly away?: number
  readonly onCycle?: (cycle: number, report: CrashReport) => void
}
export interface CrashReport {
  readonly cycles: number
  readonly writes: number
  readonly acked: number
  readonly lost: number
  readonly torn: number
  readonly repeated: number
  readonly seconds: number
  /** From the return of what was killed until a device had sent everything by itself; ms, one per cycle. */
  readonly recoveries: readonly number[]
  readonly complaints: readonly string[]
}

const CLIENT = 'client@demo.test'

export async function crashLoop(kind: VictimKind, options: CrashOptions): Promise<CrashReport> {
  const started = performance.now()
  const random = createRandom(options.seed)
  const ledger = new Ledger()
  const away = options.away ?? 0
  await using victim = await createVictim(kind, random, away > 0)
  const { url } = victim
  const observer = new Observer(url, CLIENT)
  await observer.catchUp()
  const [first, second, third] = observer.drafts()
  if (!first || !second || !third) throw new Error('the demo client has no three drafts')
  const writers = [first, second].map(
    (document, index) =>
      new SocketWriter({
        url,
        email: CLIENT,
        name: `w${index}`,
        document,
        rev: observer.rev(document),
        ledger,
        random,
      }),
  )
  await using device = await createTestDevice({
    url,
    email: CLIENT,
    password: DEMO_PASSWORD,
    name: 'typing device',
    collections: ['drafts'],
  })
  const typing = new TypingDevice(device, third, ledger, random)
  await typing.recovered('first contact')
  const recoveries: number[] = []
  const report = (cycles: number): CrashReport => ({
    cycles,
    writes: ledger.writes,
    acked: ledger.acked,
    lost: ledger.lost,
    torn: ledger.torn,
    repeated: ledger.repeated,
    seconds: (performance.now() - started) / 1_000,
    recoveries,
    complaints: ledger.complaints,
  })
  const seen = async (when: string) => {
    for (const complaint of await observer.catchUp()) ledger.complain('lost', `${when}: ${complaint}`)
  }

  for (let cycle = 1; cycle <= options.cycles; cycle += 1) {
    const when = `cycle ${cycle}`
    let over = false
    const load = [...writers, typing].map((each) => each.load(() => over))
    const before = ledger.acked
    while (ledger.acked < before + 5) await pause(5)
    await pause(random.between(0, 600))
    await victim.kill()
    if (away > 0) await pause(away * 1_000)
    over = true
    await Promise.all(load)
    await victim.restore()
    const described = async (error: Error) => {
      throw new Error(`${error.message}\n${await victim.describe()}`, { cause: error.cause })
    }
    const recovery = typing.recovered(when).then((ms) => void recoveries.push(ms), described)
    recovery.catch(() => undefined)

    await seen(when)
    for (const writer of writers) writer.checkDoubt(when, observer.look)
    await Promise.all(writers.map((writer) => writer.resume(when).catch(described)))
    await recovery
    await seen(when)
    ledger.checkPromised(when, observer.look)
    for (const { document, rev } of writers) ledger.checkRevision(when, rev, observer.rev(document))
    options.onCycle?.(cycle, report(cycle))
  }
  for (const complaint of await observer.checkFeed()) ledger.complain('lost', complaint)
  for (const writer of writers) writer.close()
  return report(options.cycles)
}
