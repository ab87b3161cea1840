/**
 * The product's own device core (worker and page half over an IndexedDB in memory) as a person who goes on answering
 * while the server dies: nobody tells it, it has to find its way back. A write counts as promised when it is resolved.
 */
import type { ActivitySink } from '../../client/replica/page-activity.ts'
import type { PortalSession } from '../../client/replica/portal-session.ts'
import type { TestDevice } from '../device/test-device.ts'
import type { Ledger } from './ledger.ts'
import type { Random } from './random.ts'
import { pause } from './socket-writer.ts'

const FIELDS = 40
const PATIENCE_MS = 60_000

export class TypingDevice {
  readonly device: TestDevice
  readonly document: string
  readonly #ledger: Ledger
  readonly #random: Random
  #written = 0

  constructor(device: TestDevice, document: string, ledger: Ledger, random: Random) {
    this.device = device
    this.document = document
    this.#ledger = ledger
    this.#random = random
  }

  async load(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      // Somebody is there: otherwise the replica locks itself after a quarter of an hour.
      ;(this.device.session as PortalSession & ActivitySink).reportActivity()
      this.#written += 1
      const value = String(this.#written)
      const field = `typed-${this.#written % FIELDS}`
      this.#ledger.writes += 1
      const draft = await this.device.db.drafts.findOne(this.document).exec(true)
      await draft.incrementalModify((data) => ({
        ...data,
        status: 'draft' as const,
        answers: { ...data.answers, [field]: value },
      }))
      this.#ledger.promise({ document: this.document, fields: new Map([[field, value]]) })
      await pause(this.#random.between(5, 60))
    }
  }

  /** Until the server has answered everything, by the device's own doing; ms it took. */
  async recovered(when: string): Promise<number> {
    const started = performance.now()
    const deadline = started + PATIENCE_MS
    for (;;) {
      const { link, unsent } = this.device.sync
      if (link === 'online' && unsent === 0 && (await this.#unsent()) === 0)
        return performance.now() - started
      if (performance.now() > deadline)
        throw new Error(`${when}: the device did not recover: ${link}, ${unsent} unsent`)
      await pause(25)
    }
  }

  async #unsent(): Promise<number> {
    return ((await this.device.session.exportUnsent()) as unknown[]).length
  }
}
