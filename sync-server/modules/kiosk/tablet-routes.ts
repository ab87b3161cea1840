/** REST of tablets. No token: every request proves the tablet's key, and whatever it names is looked for among its own. */
import { z } from 'zod'
import { FormDefinition } from '../../../shared/domains/forms/schema.ts'
import { EVENT_KINDS, TABLET_STATES } from '../../../shared/domains/kiosk/visit.ts'
import { ok } from '../../../shared/kernel/result.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { createAnswers } from './answers.ts'
import type { TabletDoor } from './tablet-door.ts'

const base = '/api/v1/kiosk'
const tag = 'kiosk'
const access = 'device'
const id = z.uuid().lowercase()
const time = z.number().int().nonnegative().max(8_640_000_000_000_000)
const text = z.string().max(200)
const base64 = z.string().regex(/^[\w-]*$/)
/** Of a form with every answer at its longest there is no end; of one that a person types on a tablet there is. */
const LONGEST_BOX = 900_000
const MOST_EVENTS = 500

const Orders = z.object({
  now: time,
  tablet: z.object({ id, name: text, salt: base64 }),
  practice: z.object({ name: z.string(), phone: z.string() }),
  clinicKey: z.object({ keyId: text, publicKey: base64.meta({ description: 'X25519, base64url.' }) }),
  pin: z
    .object({ salt: base64, hash: base64 })
    .nullable()
    .meta({ description: 'Argon2id (32 MiB, t=3, p=1) of the staff’s PIN; null: none is set.' }),
  idleSeconds: z.number().int(),
  packages: z.array(
    z.object({ visit: id, tag: text, expiresAt: time, language: text, sealed: base64.optional() }),
  ),
  definitions: z.array(id),
  heard: z.number().int(),
  endVisit: z.boolean(),
  leave: z.boolean().meta({ description: 'Hand in what is here, then delete everything.' }),
  giveUp: z.boolean().meta({ description: 'With `leave`: also what is not taken.' }),
})

export const tabletRoutes = (door: TabletDoor, answers: ReturnType<typeof createAnswers>): Route[] => [
  defineRoute({
    method: 'post',
    path: `${base}/enrol`,
    summary: 'Let this tablet in, by the code that staff were shown; the code is used up',
    tag,
    access,
    body: z.object({ code: text }),
    response: Orders,
    refusals: ['wrong_code'],
    handler: ({ key, body, caller }) => door.enrol(key, body.code, caller),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/sync`,
    summary: 'Say how this tablet is and what happened on it; learn what it has to hold',
    tag,
    access,
    body: z.object({
      state: z.enum(TABLET_STATES),
      visit: id.optional(),
      unsent: z.number().int().nonnegative().max(1_000_000),
      refused: z
        .number()
        .int()
        .nonnegative()
        .max(1_000_000)
        .optional()
        .meta({ description: 'Of the unsent, answers that were not taken.' }),
      build: text,
      events: z
        .array(
          z.object({
            n: z.number().int().positive().max(2_000_000_000),
            kind: z.enum(EVENT_KINDS),
            at: time,
            visit: id.optional(),
          }),
        )
        .max(MOST_EVENTS),
    }),
    response: Orders,
    handler: ({ key, body, caller }) => door.sync(key, body, caller),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/forms/:id`,
    summary: 'A published form of the practice',
    tag,
    access,
    params: z.object({ id }),
    response: FormDefinition,
    handler: async ({ key, params }) => {
      const found = await door.definition(key, params.id)
      if (!found.ok) return found
      const { publishedAt, ...rest } = found.value
      return ok({ ...rest, updatedAt: publishedAt.getTime() } as FormDefinition)
    },
  }),
  defineRoute({
    method: 'post',
    path: `${base}/answers`,
    summary: 'Hand in what was typed in a visit, sealed to the practice’s key',
    tag,
    access,
    body: z.object({
      visit: id,
      draft: id,
      seq: z.number().int().positive().max(2_000_000_000),
      box: base64.min(1).max(LONGEST_BOX),
    }),
    response: z.object({ outcome: z.enum(['received', 'kept']), reference: z.string().nullable() }),
    handler: ({ key, body, caller }) =>
      answers.receive(key, { ...body, box: new Uint8Array(Buffer.from(body.box, 'base64url')) }, caller),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/emptied`,
    summary: 'This tablet was told to leave, has handed everything in and holds nothing any more',
    tag,
    access,
    response: z.null(),
    status: 204,
    refusals: ['wrong_state'],
    handler: ({ key, caller }) => door.emptied(key, caller),
  }),
]
