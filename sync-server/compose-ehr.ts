/** The record system's door put together; part of the composition root. */
import type { Clock } from '../shared/kernel/clock.ts'
import type { Machines } from './http/machine.ts'
import type { DelayedRefusal } from './http/problem.ts'
import type { RateLimits } from './http/rate-limits.ts'
import type { Route } from './http/route.ts'
import { freeSlotOf } from './modules/appointments/slot-store.ts'
import { createOneTime, findTag } from './modules/auth/one-time.ts'
import { machineAccountRoutes } from './modules/ehr/account-routes.ts'
import { createMachineAccounts } from './modules/ehr/accounts.ts'
import { createFedAnswerFiles, type FileSender } from './modules/ehr/answer-files.ts'
import { answerFileRoutes, changeRoutes, webhookRoutes } from './modules/ehr/change-routes.ts'
import { createChanges } from './modules/ehr/changes.ts'
import { fedDocumentRoutes } from './modules/ehr/document-routes.ts'
import { createFedDocuments, type DocumentFiles } from './modules/ehr/documents.ts'
import { createReceivedForms } from './modules/ehr/received-forms.ts'
import { feedRoutes, receivedFormRoutes } from './modules/ehr/routes.ts'
import { createFeedService } from './modules/ehr/service.ts'
import { readTold } from './modules/ehr/webhook-store.ts'
import { createWebhooks } from './modules/ehr/webhooks.ts'
import { createReceiveResponse } from './modules/forms/receive-response.ts'
import type { Database } from './platform/database.ts'
import type { Logger } from './platform/logger.ts'
import { createMachineTokens } from './platform/machine-token.ts'
import { outageReason } from './platform/outage.ts'
import type { Outbox } from './platform/outbox.ts'
import { createOutgoingAddresses } from './platform/outgoing-address.ts'
import type { SigningKeys } from './platform/signing-keys.ts'
import type { Replication } from './replication/replication.ts'

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
  readonly limits: RateLimits
  readonly signingKeys: SigningKeys
  readonly pepper: Uint8Array
  readonly origin: () => string
  readonly logger: Logger
  readonly outbox: Outbox
  readonly webhookNetworks: readonly string[]
  readonly documents: DocumentFiles & FileSender
  readonly missing: (sessionId: string) => Promise<DelayedRefusal | undefined>
}
export interface ComposedEhr {
  readonly routes: readonly Route[]
  readonly machines: Machines
  close(): Promise<void>
}
/** How often is looked for changes that webhooks are to be told of. */
const LOOK_EVERY_MS = 2_000

export function composeEhr({ pepper, origin, signingKeys, webhookNetworks, ...deps }: Deps): ComposedEhr {
  const tokens = createMachineTokens(signingKeys, deps.clock)
  const tokenUrl = () => `${origin()}/api/v1/ehr/token`
  const accounts = createMachineAccounts({ ...deps, tokens, tokenUrl })
  const oneTime = createOneTime(pepper)
  const feed = createFeedService({
    ...deps,
    findTags: ({ dateOfBirth, ssn4, mrn }) => ({
      ssn4Tag: ssn4 === undefined ? null : findTag(oneTime, { by: 'ssn4', dateOfBirth, ssn4 }),
      mrnTag: mrn === undefined ? null : findTag(oneTime, { by: 'mrn', dateOfBirth, mrn }),
    }),
    visits: {
      async changed(tx, visit) {
        if (visit.startsAt === null) await freeSlotOf(tx, visit.clientId, visit.appointmentId, null)
      },
    },
  })
  const addresses = createOutgoingAddresses(webhookNetworks)
  const webhooks = createWebhooks({ ...deps, pepper, addresses })
  const changes = createChanges({
    ...deps,
    onNumbered: (tx, practiceId, fresh) => webhooks.announce(tx, practiceId, fresh),
    afterNumbering: () => deps.outbox.nudge(),
  })
  const look = async () => {
    for (const practiceId of await readTold(deps.database.prisma))
      while (!(await changes.advance(practiceId)));
  }
  return {
    routes: [
      ...machineAccountRoutes(accounts),
      ...feedRoutes(feed),
      ...fedDocumentRoutes(createFedDocuments({ ...deps, files: deps.documents })),
      ...receivedFormRoutes(createReceivedForms({ ...deps, receive: createReceiveResponse(deps) })),
      ...changeRoutes(changes),
      ...answerFileRoutes(createFedAnswerFiles({ ...deps, files: deps.documents })),
      ...webhookRoutes(webhooks),
    ],
    machines: accounts.machines,
    close: repeat(look, deps.logger),
  }
}

/** One after the other, until it is closed; a database that is away is somebody else's to tell of. */
function repeat(look: () => Promise<void>, logger: Logger): () => Promise<void> {
  let running: Promise<void> | undefined
  const timer = setInterval(() => {
    running ??= look()
      .catch((error: unknown) => {
        if (outageReason(error) === undefined)
          logger.error({ err: error }, 'webhooks: could not look for changes')
      })
      .finally(() => {
        running = undefined
      })
  }, LOOK_EVERY_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}
