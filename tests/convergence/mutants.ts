/**
 * Deliberate defects: each takes one sentence out of the product, and the simulator has to notice. Never part of the
 * product: the source is changed while it is loaded. A snippet has to be there exactly once (`mutants.test.ts`).
 */
export interface Mutant {
  readonly name: string
  /** What a run is expected to break first. */
  readonly breaks: string
  readonly file: string
  readonly snippet: string
  readonly becomes: string
  /** It takes two transactions at the same time to notice: its seeds run with such, over Postgres. */
  readonly overlaps?: true
  /** Noticed at the latest at this seed, counted from 1. Default: {@link WITHIN}. */
  readonly within?: number
  /** It was in the product, and this seed found it: it alone is tried. */
  readonly foundBy?: number
  /** A second line of defence: what holds without it, so that no run breaks. */
  readonly behind?: string
  /** Noticed so soon that `npm test` has the time for it. */
  readonly soon?: true
}

export const WITHIN = 60

const REPLICA = 'client/replica/worker'
const SERVER = 'sync-server/replication'

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the outbox entry is dropped when it is sent',
    breaks: 'I1',
    file: `${REPLICA}/pending.ts`,
    snippet: 'changes: handed.length > 0 ? { outbox: handed } : null,',
    becomes: 'changes: batch.length > 0 ? { dropOutbox: batch.map(([n]) => n) } : null,',
    soon: true,
  },
  {
    name: 'a document is written without its outbox entry',
    breaks: 'I1',
    file: `${REPLICA}/local-write.ts`,
    snippet: 'changes: { records, shadow, outbox, next }',
    becomes: 'changes: { records, shadow, next }',
    soon: true,
  },
  {
    name: 'a number is used twice',
    breaks: 'I1',
    file: `${REPLICA}/local-write.ts`,
    snippet: 'changes: { records, shadow, outbox, next }',
    becomes: 'changes: { records, shadow, outbox }',
    soon: true,
  },
  {
    name: 'the cursor is stored before the rows',
    breaks: 'I2',
    file: `${REPLICA}/pull.ts`,
    snippet: 'if (page.done && reset) await store.dropUnseen(seen, at)',
    becomes: `if (page.done && reset) await store.dropUnseen(seen, at)
      if (page.done) await store.reconcile({ rows: [], pulled: {}, to: page.head })`,
  },
  {
    name: 'changes are applied whatever they build on',
    breaks: 'I2',
    file: `${REPLICA}/reconcile.ts`,
    snippet: 'incoming.pulled !== undefined || incoming.from === (cursor?.s ?? 0)',
    becomes: 'true',
    within: 100,
  },
  {
    name: 'the journal is not replayed after a restore',
    breaks: 'I1',
    file: `${REPLICA}/pull.ts`,
    snippet: 'if (reset) await store.replayJournal()',
    becomes: '',
    within: 400,
  },
  {
    name: 'answered mutations are not journalled',
    breaks: 'I1',
    file: `${REPLICA}/reconcile.ts`,
    snippet: 'journal: await Promise.all(reached.map((entry) => journalRow(sealer, entry, seq, now))),',
    becomes: 'journal: [],',
    soon: true,
  },
  {
    name: 'a mutation changes after it was sent',
    breaks: 'I1',
    file: `${REPLICA}/outbox-entry.ts`,
    snippet: 'entry.state !== STATE.waiting || entry.writer !== writer',
    becomes: "entry.writer === ' ' + writer",
  },
  {
    name: 'a tab writes over what another has just written',
    breaks: 'I1',
    file: `${REPLICA}/store-cache.ts`,
    snippet: 'if (version + 1 !== write.head.version) return false',
    becomes: '',
    behind: 'a tab that has written before fails with its turn; its first write is tried by contract (R2)',
  },
  {
    name: 'a write is accepted before it is on the disk',
    breaks: 'I1',
    file: `${REPLICA}/sealed-database.ts`,
    snippet: `        transaction.commit()
        await complete`,
    becomes: '        transaction.commit()',
  },
  {
    name: 'a batch that cannot be read is sent again as it is',
    breaks: 'not settled',
    file: `${REPLICA}/push.ts`,
    snippet: 'else if (batch.length > 1) limit = Math.ceil(batch.length / 2)',
    becomes: "else if (batch.length > 1) throw new Error('again')",
  },
  {
    name: 'other tabs are not told of a commit',
    breaks: 'I2',
    file: `${REPLICA}/opened-replica.ts`,
    snippet: "channel.say({ say: 'commit', keys, outbox, version })",
    becomes: '',
  },
  {
    name: 'a reset keeps what the server does not have',
    breaks: 'I2',
    file: `${REPLICA}/pull.ts`,
    snippet: 'if (page.done && reset) await store.dropUnseen(seen, at)',
    becomes: '',
  },
  {
    name: 'lower revisions of a new epoch are not believed',
    breaks: 'I2',
    file: `${REPLICA}/pull.ts`,
    snippet: 'force: reset,',
    becomes: 'force: false,',
  },
  {
    name: 'an own change is taken over whatever lies between',
    breaks: 'I2',
    file: `${REPLICA}/server-state.ts`,
    snippet: 'if (rev !== state.rev + 1) return state',
    becomes: '',
    behind: 'the cursor stays, and the whole row that is pulled then counts at the same revision',
  },
  {
    name: 'a partial row is applied to any revision',
    breaks: 'I2',
    file: `${REPLICA}/server-state.ts`,
    snippet: "if (state.body === null || previousRev !== state.rev) return 'gap'",
    becomes: "if (state.body === null) return 'gap'",
    behind: 'changes that do not begin at the cursor are not applied at all',
  },
  {
    name: 'a revoked grant goes on',
    breaks: 'I5',
    file: `${SERVER}/client-access-store.ts`,
    snippet: 'if (revoked_at !== null) return revoked_at.getTime()',
    becomes: '',
    soon: true,
  },
  {
    name: 'a turn to write that has ended goes on',
    breaks: 'I1 or I2',
    file: `${REPLICA}/store-cache.ts`,
    snippet: '{ ...write.head, turn: mine }',
    becomes: '{ ...write.head, turn: mine + write.head.version / 1e9 }',
  },
  {
    name: 'a reset that goes on has forgotten its first pages',
    breaks: 'I2',
    file: `${REPLICA}/pull.ts`,
    snippet: 'const seen = new Set(start.seen)',
    becomes: 'const seen = new Set<string>()',
    within: 400,
  },
  {
    name: 'a pull that broke off goes on after the page it never got',
    breaks: 'I2',
    file: `${REPLICA}/pull.ts`,
    snippet: 'after: next,',
    becomes: 'after: next + 1,',
  },
  {
    name: 'what is typed while a device hands in goes with it',
    breaks: 'I1',
    file: `${REPLICA}/last-push.ts`,
    snippet: "if (await store.end(pushed.done === 'refused' || refused !== null)) return true",
    becomes: 'return true',
  },
  {
    name: 'a device that was signed out keeps what a restored server has lost',
    breaks: 'I1',
    file: `${REPLICA}/last-push.ts`,
    snippet: 'await store.replayJournal(true)',
    becomes: '',
    within: 400,
  },
  {
    name: 'what moved since a snapshot is not noted',
    breaks: 'I2',
    file: `${REPLICA}/write-changes.ts`,
    snippet: 'for (const key of newlyMoved(mirror, changes)) tables.moved.put({ c: key[0], id: key[1] })',
    becomes: '',
  },
  {
    name: 'a block takes the number of another',
    breaks: 'I2',
    file: `${REPLICA}/store-cache.ts`,
    snippet: 'handedBlock = Math.max(handedBlock, mirror?.topBlock ?? 0) + 1',
    becomes: 'handedBlock = 1',
  },
  {
    name: 'a document stays in the block that it has left',
    breaks: 'I2',
    file: `${REPLICA}/store-mirror.ts`,
    snippet: "head.ids[slot.at] = ''",
    becomes: '',
  },
  {
    name: 'a page is written whoever has gone on with the pull',
    breaks: 'I2',
    file: `${REPLICA}/pull-point.ts`,
    snippet: "throw new Overtaken('another pull has gone on')",
    becomes: 'return',
    behind: 'no run of the first 60 seeds thaws a tab so late; tried by contract (R66)',
  },
  {
    name: 'an answer from before a restore is believed',
    breaks: 'I1',
    file: `${REPLICA}/reconcile.ts`,
    snippet: "throw new Overtaken('the feed began anew')",
    becomes: 'return',
    behind: 'no run of the first 60 seeds thaws a tab just then; tried by contract (R67)',
  },
  {
    name: 'heads that others hold are read all the same',
    breaks: 'I6 or I7',
    file: `${SERVER}/head-store.ts`,
    snippet: 'FOR UPDATE SKIP LOCKED`',
    becomes: '`',
    overlaps: true,
  },
  {
    name: 'two writers read the same head',
    breaks: 'I6 or I7',
    file: `${SERVER}/head-store.ts`,
    snippet: 'WHERE client_id = $' + '{first}::uuid FOR UPDATE`',
    becomes: 'WHERE client_id = $' + '{first}::uuid`',
    overlaps: true,
  },
  {
    name: 'no mutation is known again',
    breaks: 'I3',
    file: `${SERVER}/push.ts`,
    snippet: 'if (answered.has(number)) continue',
    becomes: '',
  },
  {
    name: 'the answer is given before the commit',
    breaks: 'I4',
    file: `${SERVER}/push.ts`,
    snippet: 'const done = await commits.together(request, weight)',
    becomes: `let early
  const done = await commits
    .together({ ...request, run: async (session) => { early = await request.run(session); return early } }, weight)
    .catch((error) => {
      if (!early?.ok) throw error
      return { ok: true, value: { value: early.value, from: { s: -1 }, to: { e: 1, s: 0, k: '' }, staged: [] } }
    })`,
  },
  {
    name: 'one refused mutation fails the whole push',
    breaks: 'not settled',
    file: `${SERVER}/push.ts`,
    snippet: 'session.setAside({ mutation, refusal: decided.error })',
    becomes: "throw new Error('refused')",
  },
  {
    name: 'what was refused is not kept',
    breaks: 'I4',
    file: `${SERVER}/push.ts`,
    snippet: 'session.setAside({ mutation, refusal: decided.error })',
    becomes: '',
  },
  {
    name: 'two documents of a commit share a position',
    breaks: 'I7',
    file: `${SERVER}/flush.ts`,
    snippet: 'seq: from.s + index + 1',
    becomes: 'seq: from.s + Math.max(index, 0) * 0 + 1',
  },
  {
    name: 'the second document of a commit is not in the feed',
    breaks: 'I2',
    file: `${SERVER}/flush.ts`,
    snippet: 'const feed = staged.map(',
    becomes: 'const feed = staged.slice(0, 1).map(',
  },
  {
    name: 'the head does not move',
    breaks: 'I7',
    file: `${SERVER}/decide-member.ts`,
    snippet: 'rows.length === 0 ? [] : [{ clientId, from: head.cursor, to, audit: end }]',
    becomes: 'rows.length === 0 ? [] : [{ clientId, from: head.cursor, to: head.cursor, audit: end }]',
  },
  {
    name: 'replaced values are not kept in the history',
    breaks: 'I4',
    file: `${SERVER}/merge-write.ts`,
    snippet: 'for (const field of output.changed) {',
    becomes: 'for (const field of output.changed.slice(0, 0)) {',
  },
  {
    name: 'the newest document wins whole',
    breaks: 'I4',
    file: 'shared/merge/three-way.ts',
    snippet: 'merged: applyPatch(input.master, patch),',
    becomes:
      'merged: applyPatch({ ...input.master, ...(input.master.answers ? { answers: {} } : {}) }, patch),',
    soon: true,
  },
  {
    name: 'a clock a day ahead is believed',
    breaks: 'P11',
    file: `${SERVER}/parse-write.ts`,
    snippet: 'Math.max(0, Math.min(clock - before, receivedAt + CLOCK_AHEAD))',
    becomes: 'Math.max(0, clock - before)',
  },
  {
    name: 'a cursor of another epoch is believed',
    breaks: 'I1',
    file: `${SERVER}/hello.ts`,
    snippet:
      "return logged === undefined || cursor.e > head.e ? { mode: 'reset' } : { mode: 'rewind', from: logged.s }",
    becomes: "return { mode: 'delta' }",
  },
  {
    name: 'answers are forgotten that may be asked for again',
    breaks: 'I4',
    file: `${SERVER}/hello.ts`,
    snippet: 'if (forgettable > 0) await forgetAnswers(tx, clientId, deviceId, message.m)',
    becomes: 'await forgetAnswers(tx, clientId, deviceId, 2_000_000_000)',
  },
  {
    name: 'what a tab wrote that died before its word is not looked for',
    breaks: 'I2',
    file: `${REPLICA}/untold-commits.ts`,
    snippet: 'if (untold() === missing) look()',
    becomes: 'if (untold() === missing) return',
    foundBy: 5929,
  },
  {
    name: 'what was answered long ago is laid over what others wrote since',
    breaks: 'I2',
    file: `${REPLICA}/reconcile.ts`,
    snippet: 'if (rev > before.server.rev) accepted.push(entry)',
    becomes: 'accepted.push(entry)',
    foundBy: 6791,
  },
  {
    name: 'a page of another epoch goes into the pull',
    breaks: 'I2',
    file: `${REPLICA}/pull.ts`,
    snippet: "if (page.head.e !== head.e) throw new Overtaken('the feed began anew')",
    becomes: '',
    foundBy: 7813,
  },
  {
    name: 'a pull misses the first position',
    breaks: 'I2',
    file: `${SERVER}/change-feed-store.ts`,
    snippet: 'seq > $' + '{page.after}',
    becomes: 'seq > $' + '{page.after + 1}',
  },
  {
    name: 'what arrives after a submission is dropped',
    breaks: 'I4',
    file: 'sync-server/modules/forms/drafts.ts',
    snippet: "if (current.status === 'submitted') return editSubmitted(forms, work, sound, draft)",
    becomes:
      "if (current.status === 'submitted') return { ok: true, value: { outcome: 'ok', rev: draft.rev } }",
  },
]
