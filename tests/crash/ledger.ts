/**
 * What was promised, kept outside the processes under attack: every write with the promise it got. Checked against
 * what is found after each crash. A write without an answer may be there or not, but never in part.
 */

/** Fields of one document, written together by one mutation. */
export interface Written {
  readonly document: string
  readonly fields: ReadonlyMap<string, string>
}
/** What is found of a document; undefined where it is missing. */
export type Look = (document: string, field: string) => string | undefined

export class Ledger {
  /** Distinct writes, and how many of them were promised. */
  writes = 0
  acked = 0
  lost = 0
  torn = 0
  repeated = 0
  readonly complaints: string[] = []
  /** The newest promised value of every field. */
  readonly #promised = new Map<string, { document: string; field: string; value: string }>()

  promise({ document, fields }: Written): void {
    this.acked += 1
    for (const [field, value] of fields)
      this.#promised.set(`${document} ${field}`, { document, field, value })
  }

  /** Everything that was ever promised and not written over since must be found. */
  checkPromised(when: string, look: Look): void {
    for (const { document, field, value } of this.#promised.values()) {
      const found = look(document, field)
      if (found !== value) this.complain('lost', `${when}: ${field} should be ${value}, is ${found}`)
    }
  }

  /** Writes that got no answer: each is there as a whole or not at all, and all of one request together. */
  checkWhole(when: string, request: readonly Written[], look: Look): void {
    const found = request.flatMap(({ document, fields }) =>
      [...fields].map(([field, value]) => look(document, field) === value),
    )
    if (found.includes(true) && found.includes(false))
      this.complain(
        'torn',
        `${when}: only a part of ${JSON.stringify(request.map(({ fields }) => [...fields]))}`,
      )
  }

  /** Every mutation takes a document exactly one revision further: one more means that it had effect twice. */
  checkRevision(when: string, answered: number, found: number): void {
    if (found !== answered)
      this.complain(
        found > answered ? 'repeated' : 'lost',
        `${when}: revision ${found}, answered ${answered}`,
      )
  }

  complain(what: 'lost' | 'torn' | 'repeated', why: string): void {
    this[what] += 1
    if (this.complaints.length < 50) this.complaints.push(`${what}: ${why}`)
  }

  get sound(): boolean {
    return this.lost + this.torn + this.repeated === 0
  }
}
