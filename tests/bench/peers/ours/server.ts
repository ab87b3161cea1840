/**
 * The real server for the comparison with peers: starts the portal, gives its demo client the drafts that the bench
 * fills in, and answers on a second port how many of them it durably holds. The page comes from another address than
 * in production, so the browser's questions about that are answered here, outside the portal.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import type { Json } from '../../../../shared/kernel/json.ts'
import { collections } from '../../../../sync-server/collections.ts'
import { readConfig } from '../../../../sync-server/config.ts'
import type { Portal } from '../../../../sync-server/context.ts'
import { createClientKeys } from '../../../../sync-server/platform/client-keys.ts'
import { createKeyProvider } from '../../../../sync-server/platform/key-provider.ts'
import type { Replication } from '../../../../sync-server/replication/replication.ts'

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
const DEFINITION = '0196f3c1-0000-7000-8000-00000000be0c'

const config = readConfig()
const portal = await PortalClass.start(config)
const replication = createReplication({
  database: portal.database,
  collections,
  clock: { now: () => Date.now() },
  announce: () => undefined,
  clientKeys: createClientKeys({ keyProvider: createKeyProvider({ kek: config.secrets.kek }) }),
})
const { clientId, admin } = await people(portal)
const documents: [id: string, title: string, assignedAt: number][] = process.env.BENCH_DOCUMENTS
  ? JSON.parse(readFileSync(process.env.BENCH_DOCUMENTS, 'utf8'))
  : []
await assign(replication)
/** Everything after this position counts as new. */
let mark = 0

createServer((request, response) => {
  void answer(new URL(request.url ?? '/', 'http://bench'))
    .then((value) => response.end(String(value)))
    .catch((error: unknown) => response.writeHead(500).end(String(error)))
}).listen(Number(process.env.BENCH_CONTROL), '127.0.0.1')

async function answer({ pathname, searchParams }: URL): Promise<number> {
  if (pathname === '/count') return await filledIn()
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

function actorOf({ id, practiceId, name }: { id: string; practiceId: string; name: string }) {
  const role = 'admin' as const
  return { accountId: id as never, role, practiceId, deviceId: null, name, ip: 'local', userAgent: 'bench' }
}

async function assign({ commit }: Replication): Promise<void> {
  if (documents.length === 0) return
  const formId = randomUUID()
  const item = FIELDS.map((linkId) => ({ linkId, text: linkId, type: 'string' }))
  const questionnaire = { resourceType: 'Questionnaire', status: 'active', title: 'Bench', item }
  await portal.database.prisma.form.create({
    data: { id: formId, practiceId: admin.practiceId, key: 'intake-v3', kind: 'custom', title: 'Bench' },
  })
  await portal.database.prisma.formVersion.create({
    data: { id: DEFINITION, formId, version: 1, title: 'Bench', questionnaire },
  })
  for (let from = 0; from < documents.length; from += 500)
    await commit({
      actor: actorOf(admin),
      clientId,
      action: 'forms.assign',
      permit: ['admin'],
      onDevice: false,
      async run({ apply, work }) {
        const write = { baseRev: 0, by: 'server', writer: admin.id } as const
        await apply({ ...write, collection: 'definitions', documentId: DEFINITION, edits: [] })
        for (const [id, title, assignedAt] of documents.slice(from, from + 500)) {
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
