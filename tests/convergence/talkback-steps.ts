/** What the practice answers, decides and prescribes: through its own services, at the revision that it was shown. */
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { Device } from './device.ts'
import type { Random } from './random.ts'
import type { Run } from './run.ts'
import { apply, attempt } from './staff-steps.ts'
import { knownIds } from './talk-steps.ts'

const HOUR = 3_600_000

/** The newest that the server has said of these documents, in the order of their first appearance. */
function said(run: Run, collection: keyof typeof COLLECTIONS) {
  const rows = run.ledger.commits.flatMap((commit) => commit.rows)
  return knownIds(run, collection).map((id) => {
    const revs = rows
      .filter((row) => row[0] === COLLECTIONS[collection].number && row[1] === id)
      .map((row) => Number(row[2]))
    return { id, rev: Math.max(...revs) }
  })
}

/** In answer to a message, to its conversation. */
export async function say(run: Run, _: Device, random: Random): Promise<void> {
  const threads = run.ledger.commits
    .flatMap(({ rows }) => rows)
    .flatMap((row) =>
      row[0] === COLLECTIONS.messages.number && row[3] === 0 ? [String(row[4].threadId)] : [],
    )
  if (threads.length === 0) return
  const [threadId, id, token] = [random.pick(threads), random.uuid(), run.token()]
  const entry = run.write(token, '', `${id}/body`)
  entry.sent = true
  entry.accepted = await attempt(run, 'practice says', ({ practice }) =>
    practice.messages.reply(run.clinician, {
      clientId: run.clientId,
      id,
      threadId,
      body: token,
      priority: 'normal',
    }),
  )
}

export async function decide(run: Run, _: Device, random: Random): Promise<void> {
  const requests = said(run, 'requests')
  if (requests.length === 0) return
  const { id: requestId, rev } = random.pick(requests)
  const from = run.world.now + random.between(1, 500) * HOUR
  const decision = random.pick(['approve', 'decline', 'propose'] as const)
  await attempt(run, decision, ({ practice }) =>
    practice.appointments.decide(run.clinician, {
      clientId: run.clientId,
      requestId,
      rev,
      decision,
      note: 'As discussed.',
      times: [{ from, to: from + HOUR }],
      place: {
        startsAt: from,
        endsAt: from + HOUR,
        clinicianName: 'Dr',
        kind: 'in-person',
        place: 'Room',
      },
    }),
  )
}

/** A medication, new or changed. Of what its record system writes over there is no history: that one has it. */
export async function prescribe(run: Run, _: Device, random: Random): Promise<void> {
  const known = knownIds(run, 'medications')
  const write = (id: string, fields: { readonly [field: string]: string | number }) =>
    apply(run, run.clientId, 'medications', id, fields)
  if (known.length > 0 && random.chance(0.5)) {
    await write(random.pick(known), { refillsLeft: random.between(0, 9) })
    return
  }
  const [id, token] = [random.uuid(), run.token()]
  const entry = run.write(token, '', `${id}/instructions`)
  entry.sent = true
  entry.accepted = await write(id, {
    name: 'Sertraline',
    dose: '50 mg',
    instructions: token,
    prescriberName: 'Dr',
    status: 'active',
    startedAt: run.world.now,
  })
}

export async function decideRefill(run: Run, _: Device, random: Random): Promise<void> {
  const requests = said(run, 'requests')
  if (requests.length === 0) return
  const { id: requestId, rev } = random.pick(requests)
  const decision = random.pick(['approve', 'decline', 'ask', 'send', 'complete'] as const)
  await attempt(run, `refill: ${decision}`, ({ practice }) =>
    practice.refills.decide(run.clinician, {
      clientId: run.clientId,
      requestId,
      rev,
      decision,
      note: 'As discussed.',
    }),
  )
}
