/** REST of the end of a record, for the front desk and the admin. */
import { z } from 'zod'
import { defineRoute, type Route } from '../../http/route.ts'
import type { RecordsService } from './service.ts'

const base = '/api/v1/staff/clients/:client'
const tag = 'staff records'
const office = { audience: 'staff', roles: ['front-desk', 'admin'] } as const
const admins = { audience: 'staff', roles: ['admin'] } as const
const params = z.object({ client: z.uuid().lowercase() })
const reason = z
  .string()
  .trim()
  .min(3)
  .max(300)
  // Half a character is one that the audit trail cannot hold.
  .refine((text) => !/\p{Surrogate}/u.test(text))
  .meta({ description: 'Goes to the audit trail, which is kept: no health information.' })
const retainUntil = z.iso.date().nullable().meta({
  description: 'Last day on which the record must be kept; null where no duty to keep it stands.',
})
const name = z.string().max(200).meta({ description: 'The name on the record, typed once more.' })
const Nothing = z.null()
const Closing = z.object({
  name: z.string(),
  state: z.enum(['open', 'closed']),
  closedAt: z.number().int().nullable(),
  retainUntil,
  mustBeKept: z.boolean(),
  devices: z.number().int().meta({ description: 'Devices that have not said yet that they are empty.' }),
})

export const recordRoutes = (records: RecordsService): Route[] => [
  defineRoute({
    method: 'get',
    path: `${base}/closing`,
    summary: 'Is this record closed, must it be kept, which devices still hold it',
    tag,
    access: office,
    params,
    response: Closing,
    handler: ({ actor, params: { client } }) => records.state(actor, client),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/closing`,
    summary: 'Close the record: the client’s account ends, devices wipe themselves, the practice still reads',
    tag,
    access: office,
    params,
    body: z.object({ reason, name, retainUntil }),
    response: Nothing,
    status: 204,
    refusals: ['wrong_state'],
    handler: ({ actor, params: { client: clientId }, body: { retainUntil: until, ...why } }) =>
      records.close({ actor, clientId, ...why }, until),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/reopening`,
    summary: 'Open a closed record again; the client signs in as before',
    tag,
    access: admins,
    params,
    body: z.object({ reason }),
    response: Nothing,
    status: 204,
    refusals: ['wrong_state'],
    handler: ({ actor, params: { client: clientId }, body }) =>
      records.reopen({ actor, clientId, reason: body.reason }),
  }),
  defineRoute({
    method: 'put',
    path: `${base}/retention`,
    summary: 'Until when the record must be kept',
    tag,
    access: admins,
    params,
    body: z.object({ reason, retainUntil }),
    response: Nothing,
    status: 204,
    handler: ({ actor, params: { client: clientId }, body }) =>
      records.retain({ actor, clientId, reason: body.reason }, body.retainUntil),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/shredding`,
    summary: 'Erase a closed record for good: its keys are destroyed. Nobody can undo it',
    tag,
    access: admins,
    params,
    body: z.object({ reason, name }),
    response: Nothing,
    status: 204,
    refusals: ['wrong_state'],
    handler: ({ actor, params: { client: clientId }, body }) => records.shred({ actor, clientId, ...body }),
  }),
]
