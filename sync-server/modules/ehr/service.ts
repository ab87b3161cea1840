/** The record system's door put together: one thing or many at a time, and reading them back. SPEC: H5 to H9. */
import type { JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { MachineScope } from '../../http/route.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Actor } from '../../replication/actor.ts'
import { auditOf } from '../../replication/commit.ts'
import { toClient } from '../../replication/document-store.ts'
import { readPractice, readProfileId } from './client-store.ts'
import { type ClientsDeps, createFedClients } from './clients.ts'
import { createFeed, type Fed, type FedItem, fedDocumentId, type Visits } from './feed.ts'
import { type FedType, MAPPINGS } from './fhir/mappings.ts'
import { PatientResource, toPatient, toPatientResource } from './fhir/patient.ts'
import { type Link, readClientNames, readLinks } from './link-store.ts'

export type Fedable = FedType | 'clients'
export interface Given {
  readonly type: Fedable
  readonly id: string
  readonly resource: unknown
  readonly ifMatch?: number | undefined
}
export interface Shown {
  readonly resource: JsonObject
  readonly rev: number
}
export interface FeedServiceDeps extends ClientsDeps {
  readonly visits: Visits
}
/** Several records at a time: each is a transaction of its own. */
const PARALLEL = 4

const noPatient = refusal('not_found', 'There is no such client: feed clients first.')
const nothing = refusal('not_found', 'There is nothing of that id.')
const noScope = refusal('not_permitted', 'The token has no scope for this.')

export function createFeedService(deps: FeedServiceDeps) {
  const { database, replication, clock } = deps
  const putClient = createFedClients(deps)
  const feed = createFeed(deps)

  const mapped = (
    { type, id, resource, ifMatch }: Given & { readonly type: FedType },
    actor: Actor,
    timeZone: string,
  ): Result<{ patient: string; item: FedItem }, Refusal> => {
    const { resource: schema, toDocument } = MAPPINGS[type]
    const parsed = schema.safeParse(resource)
    if (!parsed.success) return err(notValid(parsed.error.issues[0]?.path))
    const documentId = (kind: string, externalId: string) => fedDocumentId(actor.practiceId, kind, externalId)
    const document = toDocument(parsed.data, id, { timeZone, documentId })
    if (!document.ok) return document
    const { patient, fields } = document.value
    return ok({ patient, item: { type, externalId: id, fields, ifMatch } })
  }

  const denied = async (actor: Actor, reason: string) => {
    const part = { action: 'ehr.put', outcome: 'denied', reason } as const
    await database.direct((tx) => appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)]))
  }

  async function putMany(
    actor: Actor,
    given: readonly Given[],
    scopes: ReadonlySet<MachineScope>,
  ): Promise<readonly Result<Fed, Refusal>[]> {
    const results = new Array<Result<Fed, Refusal>>(given.length)
    const allowed = given.flatMap((each, place) => {
      if (scopes.has(`${each.type}:write`)) return [{ each, place }]
      results[place] = err(noScope)
      return []
    })
    if (allowed.length < given.length) await denied(actor, noScope.code)
    // Clients first: the rest is theirs.
    for (const { each, place } of allowed)
      if (each.type === 'clients') results[place] = await putOneClient(actor, each)
    const { timeZone } = await database.direct((tx) => readPractice(tx, actor.practiceId))
    const items = allowed.flatMap(({ each, place }) => {
      if (each.type === 'clients') return []
      const item = mapped({ ...each, type: each.type }, actor, timeZone)
      if (!item.ok) results[place] = item
      return item.ok ? [{ ...item.value, place }] : []
    })
    const links = await database.direct((tx) =>
      readLinks(tx, actor.practiceId, [
        ...[...new Set(items.map(({ patient }) => patient))].map((externalId) => ({
          resource: 'clients',
          externalId,
        })),
        ...items.map(({ item: { type, externalId } }) => ({ resource: type, externalId })),
      ]),
    )
    const clientOf = (patient: string) =>
      links.find((link) => link.resource === 'clients' && link.externalId === patient)?.clientId
    const byClient = new Map<string, typeof items>()
    for (const item of items) {
      const clientId = clientOf(item.patient)
      if (clientId === undefined) results[item.place] = err(noPatient)
      else byClient.set(clientId, [...(byClient.get(clientId) ?? []), item])
    }
    if (items.some(({ patient }) => clientOf(patient) === undefined)) await denied(actor, noPatient.code)
    const queue = [...byClient]
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [clientId, ofClient] = next
        const fed = await feed(
          actor,
          clientId,
          ofClient.map(({ item }) => item),
          links,
        )
        for (const [index, { place }] of ofClient.entries())
          results[place] = fed.ok ? (fed.value[index] ?? err(nothing)) : fed
      }
    }
    await Promise.all(Array.from({ length: PARALLEL }, work))
    return results
  }

  async function putOneClient(actor: Actor, { id, resource }: Given): Promise<Result<Fed, Refusal>> {
    const parsed = PatientResource.safeParse(resource)
    if (!parsed.success) return err(notValid(parsed.error.issues[0]?.path))
    const patient = toPatient(parsed.data)
    return patient.ok ? putClient(actor, id, patient.value) : patient
  }

  const linkTo = async (actor: Actor, type: string, id: string): Promise<Link | undefined> => {
    const [link] = await database.direct((tx) =>
      readLinks(tx, actor.practiceId, [{ resource: type, externalId: id }]),
    )
    if (link === undefined) {
      const part = { action: 'ehr.get', outcome: 'denied', reason: nothing.code } as const
      await database.direct((tx) => appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)]))
    }
    return link
  }

  return {
    putMany,

    async put(actor: Actor, given: Given, scopes: ReadonlySet<MachineScope>): Promise<Result<Fed, Refusal>> {
      const [result] = await putMany(actor, [given], scopes)
      return result ?? err(nothing)
    },

    async get(actor: Actor, type: Fedable, id: string): Promise<Result<Shown, Refusal>> {
      const link = await linkTo(actor, type, id)
      if (link === undefined) return err(nothing)
      const collection = type === 'clients' ? 'profile' : MAPPINGS[type].collection
      return replication.read<Shown>({
        actor,
        clientId: link.clientId,
        action: 'ehr.get',
        permit: ['ehr'],
        onDevice: false,
        describe: ({ resource }) => ({
          collection: COLLECTIONS[collection].number,
          ...(resource.id === undefined ? {} : { documentId: link.documentId }),
        }),
        async run({ documents, scope }) {
          const documentId =
            type === 'clients' ? await readProfileId(scope.tx, link.clientId) : link.documentId
          const [stored] = documentId === undefined ? [] : await documents(collection, [documentId])
          if (stored === undefined) return err(nothing)
          const body = toClient(stored)
          const names = await readClientNames(scope.tx, actor.practiceId, [link.clientId])
          const patient = names.get(link.clientId) ?? link.clientId
          const resource =
            type === 'clients'
              ? (toPatientResource(body as unknown as Parameters<typeof toPatientResource>[0]) as JsonObject)
              : MAPPINGS[type].toResource(body, `Patient/${patient}`)
          const meta = {
            versionId: String(stored.rev),
            lastUpdated: new Date(stored.updatedAt).toISOString(),
            portalId: type === 'clients' ? link.clientId : stored.id,
          }
          return ok({ resource: { ...resource, id, meta }, rev: stored.rev })
        },
      })
    },
  }
}
export type FeedService = ReturnType<typeof createFeedService>

const notValid = (path: readonly PropertyKey[] | undefined): Refusal =>
  refusal(
    'invalid_document',
    `Not valid: ${(path ?? []).map(String).join('.').slice(0, 100) || 'the resource'}.`,
  )
