/**
 * The composition root: everything is made here, in order, and closed in the reverse order. `await using portal =
 * await Portal.start(config)` runs a whole server; when a later part fails to start, the earlier ones are closed.
 */
import type { AddressInfo } from 'node:net'
import type { Clock } from '../shared/kernel/clock.ts'
import type { Version } from '../shared/protocol/versions.ts'
import { collections } from './collections.ts'
import { composeAdmission } from './compose-admission.ts'
import { composeAppointments } from './compose-appointments.ts'
import { composeBilling } from './compose-billing.ts'
import { composeDemo } from './compose-demo.ts'
import { composeDeviceKeys } from './compose-device-keys.ts'
import { composeDocuments } from './compose-documents.ts'
import { composeDoors } from './compose-doors.ts'
import { composeEhr } from './compose-ehr.ts'
import { composeForms } from './compose-forms.ts'
import { composeGrants } from './compose-grants.ts'
import { composeKiosk } from './compose-kiosk.ts'
import { composeMessages } from './compose-messages.ts'
import { type ComposedNotifications, composeNotifications } from './compose-notifications.ts'
import { composeOperations } from './compose-operations.ts'
import { composeOutbox } from './compose-outbox.ts'
import { composePrescriptions } from './compose-prescriptions.ts'
import { composeRecords } from './compose-records.ts'
import { composeRetention } from './compose-retention.ts'
import { composeSessions } from './compose-sessions.ts'
import { type Closer, composeStorage } from './compose-storage.ts'
import type { Config } from './config.ts'
import { createConfiguredKeys } from './configured-keys.ts'
import { syncRoutes } from './http/sync-routes.ts'
import { meteredSync } from './metered-sync.ts'
import { auditRoutes } from './modules/audit/routes.ts'
import { createAuditService } from './modules/audit/service.ts'
import { jobsRoutes } from './modules/jobs/routes.ts'
import { createJobsService } from './modules/jobs/service.ts'
import { quarantineRoutes } from './modules/quarantine/routes.ts'
import { createQuarantineService } from './modules/quarantine/service.ts'
import { staffRoutes } from './modules/staff/routes.ts'
import { createStaffService } from './modules/staff/service.ts'
import { createClientKeys } from './platform/client-keys.ts'
import type { Database } from './platform/database.ts'
import { createLogger } from './platform/logger.ts'
import { createMetrics } from './platform/metrics.ts'
import { createPasswordHasher } from './platform/password-hasher.ts'
import { assertPortFree, listen } from './port.ts'
import { createReplication } from './replication/replication.ts'
import type { Gateway } from './socket/gateway.ts'

export interface PortalOptions {
  readonly clock?: Clock
  /** Told in plain words what takes a moment. */
  readonly onProgress?: (line: string) => void
  /** Demo practice in an empty database; never in production. Default: yes. */
  readonly seed?: boolean
  /** Versions of the protocol that are spoken; default: all that are known. */
  readonly versions?: readonly Version[]
}

export class Portal implements AsyncDisposable {
  readonly config: Config
  readonly database: Database
  /** Where it listens, e.g. http://localhost:4000. */
  readonly url: string
  readonly port: number
  /** Where operators ask for metrics; undefined: nowhere. */
  readonly operationsPort: number | undefined
  /** Did this start make the demo practice? */
  readonly seeded: boolean
  readonly #closers: Closer[]
  #closing: Promise<void> | undefined

  private constructor(parts: {
    config: Config
    database: Database
    port: number
    operationsPort: number | undefined
    seeded: boolean
    closers: Closer[]
  }) {
    this.config = parts.config
    this.database = parts.database
    this.port = parts.port
    this.operationsPort = parts.operationsPort
    this.seeded = parts.seeded
    this.#closers = parts.closers
    this.url = parts.config.origin ?? `http://localhost:${parts.port}`
  }

  /** Throws StartError for what the operator can mend. */
  static async start(config: Config, options: PortalOptions = {}): Promise<Portal> {
    const closers: Closer[] = []
    try {
      return new Portal({ config, closers, ...(await assemble(config, options, closers)) })
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
  const metrics = createMetrics()
  await assertPortFree(config.port, config.host)
  const storage = await composeStorage({ config, clock, logger, metrics, progress, closers })
  const { database } = storage

  // The socket is made last, on top of what announces to it.
  let sockets: Gateway | undefined
  const gateway = () => sockets
  // Nobody is told of how the demo practice came to be.
  let notifications: ComposedNotifications | undefined
  const keyProvider = await createConfiguredKeys(config)
  const clientKeys = createClientKeys({ keyProvider })
  await database.transaction((tx) => clientKeys.verify(tx))
  const replication = createReplication({
    database,
    clientKeys,
    clock,
    collections,
    jobsOf: (change) => notifications?.jobsOf(change) ?? [],
    announce: (announcement) => gateway()?.announce(announcement),
    onUnreadable: ({ clientId: client, collection, documentId: document, reason: row }) =>
      logger.error({ client, collection, document, row }, 'something sealed cannot be opened'),
  })
  const documents = await composeDocuments({ config, database, replication, clock, logger })
  closers.push(() => documents.close())
  const { pepper } = config.secrets
  const passwords = createPasswordHasher({ pepper })
  const demo = { config, database, replication, documents: documents.staff, passwords, clock, progress }
  const seeded = options.seed !== false && (await composeDemo(demo))

  const admission = composeAdmission({ ...storage, config, clock })
  const { limits, signingKeys, escrowTickets } = admission
  let listening = config.port
  const origin = () => config.origin ?? `http://localhost:${listening}`
  const { outbox, shownMails, ...mailing } = composeOutbox({ config, database, clock, logger, pepper })
  closers.push(() => mailing.close())
  const notices = composeNotifications({
    config,
    database,
    replication,
    clock,
    logger,
    outbox,
    pepper,
    origin,
  })
  closers.push(async () => notices.close())
  notifications = notices
  const sessions = composeSessions({
    tell: notices.tell,
    ...{ config, database, clock, outbox, passwords, replication, admission, origin, gateway },
  })
  const { devices, missing, links } = sessions
  const retention = composeRetention({ database, clock, logger })
  closers.push(() => retention.close())
  const { webhookNetworks } = config
  const ehr = composeEhr({
    ...{ database, replication, clock, logger, limits, signingKeys, pepper, origin, missing },
    outbox,
    webhookNetworks,
    documents: documents.fed,
  })
  closers.push(() => ehr.close())
  const local = () => `http://127.0.0.1:${listening}`
  const billing = await composeBilling({
    config,
    database,
    replication,
    clock,
    logger,
    outbox,
    origin,
    local,
  })
  closers.push(() => billing.close())
  const onErasing = billing.forget
  const records = composeRecords({ database, clock, logger, replication, onErasing, gateway })
  closers.push(async () => records.close())
  const markWiped: typeof devices.markWiped = (deviceId, caller) => devices.markWiped(deviceId, caller)
  const sync = meteredSync(replication.sync, metrics, clock)
  const doors = composeDoors({
    shownMails: shownMails && (async () => byTime([...(await shownMails()), ...(await notices.shown())])),
    ...{ ...storage, config, clock, logger, metrics, admission, replication, sync, markWiped },
    machines: ehr.machines,
    paymentPages: billing.pages,
    versions: options.versions,
    routes: [
      ...sessions.routes,
      ...notices.routes,
      ...composeDeviceKeys({ database, replication, keyProvider, escrowTickets }),
      ...records.routes,
      ...composeAppointments({ database, replication, clock }),
      ...composeGrants({ database, clock, limits, links, missing, gateway }),
      ...composeForms({ database, replication, clock }),
      ...composeMessages({ database, replication, clock }),
      ...composePrescriptions({ database, replication, clock }),
      ...documents.routes,
      ...composeKiosk({ database, replication, clock, limits, keyProvider, pepper, missing }),
      ...syncRoutes({ sync, limits, markWiped }),
      ...quarantineRoutes(createQuarantineService({ replication })),
      ...staffRoutes(createStaffService({ database, replication, clock })),
      ...jobsRoutes(createJobsService({ database, clock, nudge: outbox.nudge })),
      ...auditRoutes(createAuditService({ database, clock })),
      ...ehr.routes,
      ...billing.routes,
    ],
  })
  sockets = doors.gateway
  const { health } = doors
  const measured = { config, database, clock, logger, metrics, health, sockets: doors.gateway.sockets }
  const operations = await composeOperations(measured)
  closers.push(() => operations.close())
  closers.push(() => doors.close())
  await listen(doors.httpServer, config.port, config.host)
  listening = (doors.httpServer.address() as AddressInfo).port
  outbox.start()
  billing.start()
  return { database, port: listening, operationsPort: operations.port, seeded }
}

/** The newest first. */
const byTime = <T extends { readonly at: number }>(items: readonly T[]): readonly T[] =>
  items.toSorted((one, other) => other.at - one.at)
