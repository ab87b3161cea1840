/**
 * The composition root: everything is made here, in order, and closed in the reverse order. `await using portal =
 * await Portal.start(config)` runs a whole server; when a later part fails to start, the earlier ones are closed.
 */
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Clock } from '../shared/kernel/clock.ts'
import { ok } from '../shared/kernel/result.ts'
import type { Version } from '../shared/protocol/versions.ts'
import { collections } from './collections.ts'
import { composeAccounts } from './compose-accounts.ts'
import { composeAppointments } from './compose-appointments.ts'
import { composeDeviceKeys } from './compose-device-keys.ts'
import { composeDocuments } from './compose-documents.ts'
import { composeEhr } from './compose-ehr.ts'
import { composeGrants } from './compose-grants.ts'
import { composeMessages } from './compose-messages.ts'
import { composeOutbox } from './compose-outbox.ts'
import { composePrescriptions } from './compose-prescriptions.ts'
import { composeRecords } from './compose-records.ts'
import type { Config } from './config.ts'
import { createConfiguredKeys } from './configured-keys.ts'
import { createApp } from './http/app.ts'
import { createAuthenticate } from './http/authenticate.ts'
import { createClientAddress } from './http/client-address.ts'
import { createHttpServer } from './http/http-server.ts'
import { createIsOwnOrigin } from './http/own-origin.ts'
import { createProve } from './http/prove.ts'
import { createRateLimits } from './http/rate-limits.ts'
import { bareHeaders } from './http/security-headers.ts'
import { syncRoutes } from './http/sync-routes.ts'
import { auditRoutes } from './modules/audit/routes.ts'
import { createAuditService } from './modules/audit/service.ts'
import { deviceRoutes } from './modules/auth/device-routes.ts'
import { createDeviceService } from './modules/auth/devices.ts'
import { factorRoutes } from './modules/auth/factors/factor-routes.ts'
import { createFactors } from './modules/auth/factors/factors.ts'
import { createOneTime, findTagsOf } from './modules/auth/one-time.ts'
import { createAuthReader, createSessionLookup, endedAmong, endedSince } from './modules/auth/reader.ts'
import { authRoutes } from './modules/auth/routes.ts'
import { createAuthService } from './modules/auth/service.ts'
import { formsRoutes } from './modules/forms/routes.ts'
import { createFormsService } from './modules/forms/service.ts'
import { quarantineRoutes } from './modules/quarantine/routes.ts'
import { createQuarantineService } from './modules/quarantine/service.ts'
import { staffRoutes } from './modules/staff/routes.ts'
import { createStaffService } from './modules/staff/service.ts'
import { createAccessTokens } from './platform/access-token.ts'
import { ROLE_BY_HAND } from './platform/app-role.ts'
import { NO_CLIENT } from './platform/audit-chain.ts'
import { type AuditHeads, createAuditHeads } from './platform/audit-heads.ts'
import { appendAudit } from './platform/audit-store.ts'
import { createClientKeys } from './platform/client-keys.ts'
import { type Database, openDatabase } from './platform/database.ts'
import { createLogger, type Logger } from './platform/logger.ts'
import { migrate } from './platform/migrate.ts'
import { createOutages } from './platform/outage.ts'
import { createPasswordHasher } from './platform/password-hasher.ts'
import { createPossession } from './platform/possession.ts'
import { createProofNonces, type SharedMemory } from './platform/proof-nonces.ts'
import { openRedis, type Redis } from './platform/redis.ts'
import { createSealedStream, type SealedStream } from './platform/sealed-stream.ts'
import { createSigningKeys } from './platform/signing-keys.ts'
import { createSocketTickets } from './platform/socket-ticket.ts'
import { assertPortFree, listen, stopListening } from './port.ts'
import { auditOf } from './replication/commit.ts'
import { createReplication } from './replication/replication.ts'
import { seedDemo } from './seed-demo.ts'
import { createGateway, type Gateway } from './socket/gateway.ts'
import { CHECK_MS, LATELY_MS } from './socket/standing-check.ts'

export interface PortalOptions {
  readonly clock?: Clock
  /** Told in plain words what takes a moment. */
  readonly onProgress?: (line: string) => void
  /** Demo practice in an empty database; never in production. Default: yes. */
  readonly seed?: boolean
  /** Versions of the protocol that are spoken; default: all that are known. */
  readonly versions?: readonly Version[]
}

type Closer = () => Promise<void>

export class Portal implements AsyncDisposable {
  readonly config: Config
  readonly database: Database
  /** Where it listens, e.g. http://localhost:4000. */
  readonly url: string
  readonly port: number
  /** Did this start make the demo practice? */
  readonly seeded: boolean
  readonly #closers: Closer[]
  #closing: Promise<void> | undefined

  private constructor(parts: {
    config: Config
    database: Database
    port: number
    seeded: boolean
    closers: Closer[]
  }) {
    this.config = parts.config
    this.database = parts.database
    this.port = parts.port
    this.seeded = parts.seeded
    this.#closers = parts.closers
    this.url = parts.config.origin ?? `http://localhost:${parts.port}`
  }

  /** Throws StartError for what the operator can mend. */
  static async start(config: Config, options: PortalOptions = {}): Promise<Portal> {
    const closers: Closer[] = []
    try {
      const { database, port, seeded } = await assemble(config, options, closers)
      return new Portal({ config, database, port, seeded, closers })
    } catch (error) {
      await closeAll(closers)
      throw error
    }
  }

  /** New connections are refused first, then sockets end, then the database closes. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= closeAll(this.#closers)
    return this.#closing
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

async function closeAll(closers: Closer[]): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close()
}

async function assemble(config: Config, options: PortalOptions, closers: Closer[]) {
  const clock = options.clock ?? { now: () => Date.now() }
  const progress = options.onProgress ?? (() => undefined)
  const logger = createLogger(config.logLevel)
  await assertPortFree(config.port, config.host)

  const database = await openDatabase(
    config.databaseUrl === undefined
      ? { dataDir: config.inMemory ? undefined : join(config.dataDir, 'database') }
      : { url: config.databaseUrl, ownerUrl: config.ownerUrl },
  )
  closers.push(() => database.close())
  const { applied } = await migrate(database, join(config.root, 'prisma', 'migrations'))
  if (applied.length > 0) progress(`Database: ${applied.length} migration(s) applied.`)
  tellOfRole(database, progress)

  const auditHeads = createAuditHeads(database, config.auditHeadsDir, config.secrets.signingKeys)
  closers.push(exportAuditHeads(auditHeads, clock, logger))

  const redis = config.redisUrl === undefined ? undefined : await openRedis(config.redisUrl)
  if (redis !== undefined) {
    closers.push(() => redis.close())
    if (!redis.answered)
      progress('Redis does not answer yet: until it does, changes on other servers arrive a little later.')
  }
  const stream = redis && createSealedStream(redis, config.secrets.pepper, logger)

  // The socket is made last, on top of what announces to it.
  let gateway: Gateway | undefined
  const keyProvider = await createConfiguredKeys(config)
  const clientKeys = createClientKeys({ keyProvider })
  await database.transaction((tx) => clientKeys.verify(tx))
  const replication = createReplication({
    database,
    clientKeys,
    clock,
    collections,
    announce: (announcement) => gateway?.announce(announcement),
    onUnreadable: ({ clientId: client, collection, documentId: document, reason: row }) =>
      logger.error({ client, collection, document, row }, 'something sealed cannot be opened'),
  })
  const documents = await composeDocuments({ config, database, replication, clock, logger })
  closers.push(() => documents.close())
  const { pepper } = config.secrets
  const passwords = createPasswordHasher({ pepper })
  let seeded = false
  if (!config.production && options.seed !== false) {
    const catalogueDirectory = join(config.root, 'prisma', 'catalogue')
    const hashPassword = (password: string) => passwords.hash(password)
    const now = clock.now()
    const findTags = findTagsOf(createOneTime(pepper))
    const seed = {
      database,
      replication,
      documents: documents.staff,
      hashPassword,
      findTags,
      catalogueDirectory,
      production: false,
      now,
    }
    seeded = (await seedDemo(seed)).seeded
    if (seeded) progress('Demo practice: created.')
  }

  const limits = createRateLimits(
    redis && {
      client: redis.commands,
      isLive: () => stream?.isLive() === true,
      secret: config.secrets.pepper,
    },
  )
  const addressOf = createClientAddress(config.trustedProxies)
  const outages = createOutages(logger, clock)
  const signingKeys = createSigningKeys(config.secrets.signingKeys)
  const tokens = createAccessTokens(signingKeys, clock)
  const tickets = createSocketTickets(pepper, clock)
  const escrowTickets = createSocketTickets(pepper, clock, 'escrow tickets v1')
  const possession = createPossession(createProofNonces(pepper, clock, redis && usedProofs(redis, stream)))
  const stored = createAuthReader(database.prisma)
  const sessions = { find: createSessionLookup(database), findDevice: stored.owner }
  const authenticate = createAuthenticate({ tokens, tickets, possession, sessions, clock })
  const isOwnOrigin = createIsOwnOrigin(config.origin)
  const https = config.origin?.startsWith('https:') ?? false
  const onSessionEnd = (sessionId: string) => gateway?.endSession(sessionId)
  let listening = config.port
  const origin = () => config.origin ?? `http://localhost:${listening}`
  const { outbox, shownMails, ...mailing } = composeOutbox({ config, database, clock, logger, pepper })
  closers.push(() => mailing.close())
  const anyLocalPort = config.origin === undefined
  const factors = createFactors({ database, clock, outbox, pepper, origin, anyLocalPort })
  const auth = createAuthService({
    database,
    passwords,
    tokens,
    tickets,
    escrowTickets,
    pepper,
    limits,
    clock,
    factors,
    onSessionEnd,
  })
  const accounts = composeAccounts({
    outbox,
    replication,
    database,
    clock,
    passwords,
    pepper,
    limits,
    checkPassword: auth.checkPassword,
    furtherProof: auth.twoStep.furtherProof,
    origin,
    onSessionEnd,
  })
  const devices = createDeviceService({
    database,
    clock,
    onSessionEnd,
    onDeviceRevoked: (deviceId) => gateway?.wipe(deviceId, { reason: 'device_revoked' }),
  })
  const records = composeRecords({ database, clock, logger, replication, gateway: () => gateway })
  closers.push(async () => records.close())
  // Without a stream nobody tells; with none to tell, the slow check is for what else writes to the database.
  const isCertain = () => stream?.isCertain() ?? true
  const health = async () => void (await database.prisma.$queryRawUnsafe('select 1'))
  let stopping = false
  const missing = (sessionId: string) => auth.confirmation.missing(sessionId)
  const { webhookNetworks } = config
  const ehr = composeEhr({
    ...{ database, replication, clock, logger, limits, signingKeys, pepper, origin, missing },
    outbox,
    webhookNetworks,
  })
  closers.push(() => ehr.close())
  const app = createApp({
    routes: [
      ...authRoutes({ auth, isOwnOrigin }),
      ...factorRoutes(auth),
      ...accounts.routes,
      ...composeDeviceKeys({ database, replication, keyProvider, escrowTickets }),
      ...records.routes,
      ...deviceRoutes({
        devices,
        confirmation: auth.confirmation,
        looksAfter: (actor, clientId, action) =>
          replication.read({
            actor,
            clientId,
            action,
            permit: ['assigned-clinician', 'front-desk', 'admin'],
            onDevice: false,
            run: async () => ok(null),
            describe: () => ({}),
          }),
      }),
      ...composeAppointments({ database, replication, clock }),
      ...composeGrants({
        database,
        clock,
        limits,
        links: accounts.links,
        missing,
        gateway: () => gateway,
      }),
      ...formsRoutes(createFormsService({ replication })),
      ...composeMessages({ database, replication, clock }),
      ...composePrescriptions({ database, replication, clock }),
      ...documents.routes,
      ...syncRoutes({
        sync: replication.sync,
        limits,
        markWiped: (deviceId, caller) => devices.markWiped(deviceId, caller),
      }),
      ...quarantineRoutes(createQuarantineService({ replication })),
      ...staffRoutes(createStaffService({ database, replication, clock })),
      ...auditRoutes(createAuditService({ database, clock })),
      ...ehr.routes,
    ],
    authenticate,
    machines: ehr.machines,
    prove: createProve(possession, config.origin),
    jwks: signingKeys.jwks,
    limits,
    addressOf,
    auditDenied: (actor, { method, path }) => {
      const part = { action: 'http.denied', outcome: 'denied', reason: `${method} ${path}` } as const
      const row = auditOf(actor, NO_CLIENT, clock.now(), part)
      return database.direct((tx) => appendAudit(tx, [row]))
    },
    logger,
    outages,
    staticFolder: join(config.root, 'dist', 'client'),
    https,
    health,
    shownMails,
    standing: () => ({
      stopping,
      fanOut: stream === undefined ? 'none' : stream.isLive() ? 'live' : 'away',
      checkedEverySeconds:
        database.kind === 'pglite' ? null : CHECK_MS[isCertain() ? 'certain' : 'uncertain'] / 1000,
    }),
  })
  const httpServer = createHttpServer(app, logger)
  const sockets = createGateway({
    httpServer,
    sync: replication.sync,
    authenticate,
    host: config.origin === undefined ? undefined : new URL(config.origin).host,
    isOwnOrigin,
    addressOf,
    markWiped: (deviceId, caller) => devices.markWiped(deviceId, caller),
    // The embedded database is this process's alone: nobody else can write to it.
    ...(database.kind === 'postgres' && {
      others: {
        stream,
        isCertain,
        movedHeads: (told) => replication.movedHeads(told),
        changedGrants: (known) => replication.changedGrants(known),
        endedSessions: (sessions) => endedAmong(database.prisma, sessions),
        endedLately: () => endedSince(database.prisma, clock.now() - LATELY_MS),
      },
    }),
    clock,
    logger,
    versions: options.versions,
    outages,
  })
  gateway = sockets
  // The gateway answers its own address before the app is asked.
  httpServer.prependListener('request', bareHeaders(https))
  closers.push(async () => {
    stopping = true
    const closed = stopListening(httpServer)
    await sockets.close()
    await closed
    await stream?.close()
  })
  await listen(httpServer, config.port, config.host)
  listening = (httpServer.address() as AddressInfo).port
  outbox.start()
  return { database, port: listening, seeded }
}

/** A proof that one server took is used up for all of them. */
const usedProofs = ({ commands }: Redis, stream: SealedStream | undefined): SharedMemory => ({
  isLive: () => stream?.isLive() === true,
  add: async (key, seconds) =>
    (await commands.set(key, '1', { condition: 'NX', expiration: { type: 'EX', value: seconds } })) === 'OK',
})

function tellOfRole({ appRole }: Database, progress: (line: string) => void): void {
  if (appRole !== null) return
  progress(
    `The role in DATABASE_URL acts for the app, because it may not make another. So that the app can never change its audit trail, an administrator runs once: ${ROLE_BY_HAND}`,
  )
}

/** Signs the ends of the audit chains now and then, and when the server stops. */
function exportAuditHeads(heads: AuditHeads, clock: Clock, logger: Logger): Closer {
  const run = async () => {
    try {
      await heads.export(clock.now())
    } catch (error) {
      // Nothing that is done waits for this; the next time makes up for it.
      logger.error({ err: error }, 'the ends of the audit trail could not be signed')
    }
  }
  const timer = setInterval(() => void run(), AUDIT_HEADS_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await run()
  }
}
const AUDIT_HEADS_MS = 10 * 60_000
