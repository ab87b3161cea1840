/**
 * The real server for the comparison with peers: starts the portal, gives its demo client the drafts that the bench
 * fills in, and answers on a second port how many of them it durably holds. The page comes from another address than
 * in production, so the browser's questions about that are answered here, outside the portal.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import pg from 'pg'
import type { Json } from '../../../../shared/kernel/json.ts'
import { collections } from '../../../../sync-server/collections.ts'
import { readConfig } from '../../../../sync-server/config.ts'
import { createConfiguredKeys } from '../../../../sync-server/configured-keys.ts'
import type { Portal } from '../../../../sync-server/context.ts'
import { createClientKeys } from '../../../../sync-server/platform/client-keys.ts'
import { createSocketTickets } from '../../../../sync-server/platform/socket-ticket.ts'
import type { Replication } from '../../../../sync-server/replication/replication.ts'
import { createDeviceKey } from '../../../harness/device-key.ts'
import { insertPeople, type Person } from '../../people.ts'

const { createServer } = http

/** What a browser asks when page and server are not of one origin. */
function allowEveryPage(request: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader('Access-Control-Allow-Origin', '*')
  response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type, accept, dpop')
  response.setHeader('Access-Control-Expose-Headers', '*')
  response.setHeader('Access-Control-Max-Age', '600')
  if (request.method !== 'OPTIONS') return false
  response.writeHead(204).end()
  return true
}
function fromOwnPage({ headers }: IncomingMessage): void {
  delete headers.origin
  delete headers['sec-fetch-site']
}
http.createServer = ((options: http.ServerOptions, app: http.RequestListener) => {
  const server = createServer(options, (request, response) => {
    fromOwnPage(request)
    if (allowEveryPage(request, response)) return
    response.removeHeader('Cross-Origin-Resource-Policy')
    app(request, response)
  })
  server.prependListener('upgrade', fromOwnPage)
  return server
}) as typeof http.createServer
syncBuiltinESMExports()

const { Portal: PortalClass } = await import('../../../../sync-server/context.ts')
const { createReplication } = await import('../../../../sync-server/replication/replication.ts')

const FIELDS = Array.from({ length: 30 }, (_, index) => `f${String(index + 1).padStart(2, '0')}`)
/** For each client that pushes in suite C; whoever has filled in all of them begins again. */
const DRAFTS = 400
const DEFINITION = '0196f3c1-0000-7000-8000-00000000be0c'

const config = readConfig()
const portal = await PortalClass.start(config)
const replication = createReplication({
  database: portal.database,
  collections,
  clock: { now: () => Date.now() },
  announce: () => undefined,
  clientKeys: createClientKeys({ keyProvider: await createConfiguredKeys(config) }),
})
const { clientId, admin } = await people(portal)
const documents: [id: string, title: string, assignedAt: number][] = process.env.BENCH_DOCUMENTS
  ? JSON.parse(readFileSync(process.env.BENCH_DOCUMENTS, 'utf8'))
  : []
if (documents.length > 0) {
  await makeForm()
  await assign(replication, clientId, documents)
}
const visitors = await visitorsOf(Number(process.env.BENCH_PUSHING ?? 0), Number(process.env.BENCH_IDLE ?? 0))
/** Everything after this position counts as new. */
let mark = 0

createServer((request, response) => {
  void answer(new URL(request.url ?? '/', 'http://bench'))
    .then((value) => response.end(String(value)))
    .catch((error: unknown) => response.writeHead(500).end(String(error)))
}).listen(Number(process.env.BENCH_CONTROL), '127.0.0.1')

async function answer({ pathname, searchParams }: URL): Promise<number | string> {
  if (pathname === '/count') return await filledIn()
  if (pathname === '/visitor')
    return JSON.stringify(await visitors(searchParams.get('mode') ?? '', Number(searchParams.get('i'))))
  if (pathname === '/mark') {
    mark = await headNow()
    return mark
  }
  return await holding(searchParams.get('field') ?? '', searchParams.get('value') ?? '')
}

const { prisma } = portal.database
async function filledIn(): Promise<number> {
  return prisma.formDraft.count({ where: { clientId, status: { not: 'assigned' } } })
}
async function headNow(): Promise<number> {
  return (await prisma.clientHead.findUnique({ where: { clientId } }))?.seq ?? 0
}

/** Opens the drafts changed since the mark: the values themselves, not the device's word for them. */
async function holding(field: string, value: string): Promise<number> {
  const changed = await prisma.formDraft.findMany({
    where: { clientId, seq: { gt: mark } },
    select: { id: true },
  })
  const found = await replication.read<number>({
    actor: actorOf(admin),
    clientId,
    action: 'bench.read',
    permit: ['admin'],
    onDevice: false,
    describe: () => null,
    run: async ({ documents: read }) => {
      const drafts = await read(
        'drafts',
        changed.map(({ id }) => id),
      )
      const has = ({ body }: (typeof drafts)[number]) =>
        (body.answers as { [key: string]: Json } | undefined)?.[field] === value
      return { ok: true, value: drafts.filter(has).length }
    },
  })
  if (!found.ok) throw new Error(found.error.detail)
  return found.value
}

async function people({ database }: Portal) {
  const account = await database.prisma.portalAccount.findFirstOrThrow({
    where: { email: 'client@demo.test' },
  })
  const staff = await database.prisma.portalAccount.findFirstOrThrow({ where: { role: 'admin' } })
  return { clientId: account.clientId ?? '', admin: staff }
}

interface Visitor extends Person {
  readonly drafts: readonly string[]
}
/**
 * Signed-in devices for suite C, each of a client of its own: those that push have drafts to fill in, a few thousand
 * that only stay connected have none. Their tickets are made when they come.
 */
async function visitorsOf(pushing: number, idle: number) {
  const people = Array.from(
    { length: pushing + idle },
    (): Person => ({
      accountId: randomUUID(),
      clientId: randomUUID(),
      deviceId: randomUUID(),
      sessionId: randomUUID(),
      role: 'client',
      own: true,
    }),
  )
  const sql = new pg.Client(config.databaseUrl)
  await sql.connect()
  const key = createDeviceKey()
  await insertPeople(sql, { practiceId: admin.practiceId, deviceKey: key.point }, people)
  await sql.end()
  if (pushing > 0) await makeForm()
  const visitors: Visitor[] = []
  for (const [index, person] of people.entries()) {
    const drafts = Array.from({ length: index < pushing ? DRAFTS : 0 }, () => randomUUID())
    const given = drafts.map((id): [string, string, number] => [id, 'Bench', Date.now()])
    await assign(replication, person.clientId ?? '', given)
    visitors.push({ ...person, drafts })
  }
  const tickets = createSocketTickets(config.secrets.pepper, { now: () => Date.now() })
  const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' })
  const [pushers, others] = [visitors.slice(0, pushing).values(), visitors.slice(pushing)]
  return async (mode: string, index: number) => {
    const visitor = mode === 'idle' ? others[index] : pushers.next().value
    if (visitor === undefined) throw new Error('Not so many.')
    return { ...visitor, key: pem, ticket: tickets.issue(visitor.sessionId, Date.now() + 300_000) }
  }
}

function actorOf({ id, practiceId, name }: { id: string; practiceId: string; name: string }) {
  const role = 'admin' as const
  return { accountId: id as never, role, practiceId, deviceId: null, name, ip: 'local', userAgent: 'bench' }
}

async function makeForm(): Promise<void> {
  const formId = randomUUID()
  const item = FIELDS.map((linkId) => ({ linkId, text: linkId, type: 'string' }))
  const questionnaire = { resourceType: 'Questionnaire', status: 'active', title: 'Bench', item }
  await portal.database.prisma.form.create({
    data: { id: formId, practiceId: admin.practiceId, key: 'intake-v3', kind: 'custom', title: 'Bench' },
  })
  await portal.database.prisma.formVersion.create({
    data: { id: DEFINITION, formId, version: 1, title: 'Bench', questionnaire },
  })
}

/** Empty drafts for one client. */
async function assign(
  { commit }: Replication,
  clientId: string,
  drafts: readonly (readonly [id: string, title: string, assignedAt: number])[],
): Promise<void> {
  for (let from = 0; from < drafts.length; from += 500)
    await commit({
      actor: actorOf(admin),
      clientId,
      action: 'forms.assign',
      permit: ['admin'],
      onDevice: false,
      async run({ apply, work }) {
        const write = { baseRev: 0, by: 'server', writer: admin.id } as const
        await apply({ ...write, collection: 'definitions', documentId: DEFINITION, edits: [] })
        for (const [id, title, assignedAt] of drafts.slice(from, from + 500)) {
          const body = {
            definitionId: DEFINITION,
            formKey: 'intake-v3',
            title,
            status: 'assigned',
            assignedAt,
          }
          const edits = Object.entries({ ...body, answers: {}, contested: {} })
          const done = await apply({
            ...write,
            collection: 'drafts',
            documentId: id,
            edits: edits.map(([field, value]) => ({ field, value, at: work.receivedAt })),
          })
          if (!done.ok) return done
        }
        return { ok: true, value: undefined }
      },
    })
}
