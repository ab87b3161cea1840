/** Documents and their files put together: for clients, for staff, and for whoever cleans up; part of the composition root. */
import type { Response } from 'express'
import type { Clock } from '../shared/kernel/clock.ts'
import { ok } from '../shared/kernel/result.ts'
import type { Config } from './config.ts'
import { openConfiguredFiles } from './configured-files.ts'
import type { Route } from './http/route.ts'
import {
  answerFileRoutes,
  clientAttachmentRoutes,
  staffAnswerFileRoutes,
  staffAttachmentRoutes,
} from './modules/documents/attachment-routes.ts'
import { createAttachments } from './modules/documents/attachments.ts'
import {
  CLIENT_SIDE,
  createFileContents,
  MACHINE_SIDE,
  STAFF_SIDE,
  type Wanted,
} from './modules/documents/file-links.ts'
import { sweepFiles } from './modules/documents/file-sweep.ts'
import { createFiles } from './modules/documents/files.ts'
import { documentsRoutes } from './modules/documents/routes.ts'
import { sendFile } from './modules/documents/send-file.ts'
import { createDocumentsService } from './modules/documents/service.ts'
import { staffDocumentRoutes } from './modules/documents/staff-routes.ts'
import { createStaffDocuments, type Sharing } from './modules/documents/staff-service.ts'
import type { Database } from './platform/database.ts'
import { createFileLinks } from './platform/file-links.ts'
import type { Logger } from './platform/logger.ts'
import type { Actor } from './replication/actor.ts'
import { readersOf, writersOf } from './replication/client-access-store.ts'
import type { Replication } from './replication/replication.ts'

interface Deps {
  readonly config: Config
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
  readonly logger: Logger
}

const SWEEP_MS = 60_000

export async function composeDocuments({ config, ...deps }: Deps) {
  const { store, scan } = await openConfiguredFiles(config)
  const { database, clock, logger } = deps
  const files = createFiles({ ...deps, store, scan })
  const links = createFileLinks(config.secrets.pepper, clock)
  const contents = { ...deps, files, links }
  const staff = createStaffDocuments({ ...deps, files })
  const machines = createStaffDocuments(
    { ...deps, files },
    { permit: ['ehr'], audit: 'ehr.documents', by: 'server' },
  )
  const forClients = createFileContents(contents, CLIENT_SIDE)
  const forStaff = createFileContents(contents, STAFF_SIDE)
  const forMachines = createFileContents(contents, MACHINE_SIDE)
  const looksAfter = ['assigned-clinician'] as const
  const routes: readonly Route[] = [
    ...documentsRoutes(createDocumentsService(deps), forClients),
    ...staffDocumentRoutes(staff, forStaff),
    ...clientAttachmentRoutes({
      attachments: createAttachments(
        { ...deps, files },
        { permit: writersOf('messages'), audit: 'attachments' },
      ),
      contents: forClients,
      readers: readersOf('messages'),
    }),
    ...answerFileRoutes({
      attachments: createAttachments(
        { ...deps, files },
        { permit: writersOf('forms'), audit: 'answer-files', purpose: 'answer' },
      ),
      contents: forClients,
      readers: readersOf('forms'),
    }),
    ...staffAnswerFileRoutes({ contents: forStaff, readers: looksAfter }),
    ...staffAttachmentRoutes({
      attachments: createAttachments({ ...deps, files }, { permit: looksAfter, audit: 'staff.attachments' }),
      contents: forStaff,
      readers: looksAfter,
    }),
  ]
  let sweeping = Promise.resolve()
  const sweep = () => {
    sweeping = sweeping
      .then(() => sweepFiles({ database, clock, store }))
      .then(
        () => undefined,
        (error: unknown) => logger.warn({ err: error }, 'files of nobody could not be removed; tried again'),
      )
    return sweeping
  }
  const timer = setInterval(() => void sweep(), SWEEP_MS)
  timer.unref()
  return {
    routes,
    /** For the record system's door. */
    fed: {
      async put(actor: Actor, clientId: string, sharing: Sharing) {
        const said = await machines.describe(actor, clientId, sharing)
        if (!said.ok) return said
        return said.value === null ? machines.begin(actor, clientId, sharing) : ok(said.value)
      },
      append: machines.append,
      finish: machines.finish,
      withdraw: machines.withdraw,
      async send(response: Response, actor: Actor, wanted: Wanted, from: number) {
        const found = await forMachines.find(actor, wanted)
        return found.ok ? sendFile(response, files, found.value, from) : found
      },
    },
    /** For the demo practice. */
    staff,
    sweep,
    async close() {
      clearInterval(timer)
      await sweeping
      await store.close()
    },
  }
}
