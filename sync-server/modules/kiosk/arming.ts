/**
 * Arming a visit: one client, some forms, one tablet, until a time. The code is shown once, to whoever arms, and kept
 * nowhere: what is stored and what goes to the tablet opens with code and birthday alone. SPEC: K3 to K5, K9.
 */
import { randomUUID } from 'node:crypto'
import { sealVisit, visitSecret, visitTag } from '../../../shared/crypto/visit-slot.ts'
import { newCode } from '../../../shared/domains/kiosk/code.ts'
import type { VisitContent, VisitForm } from '../../../shared/domains/kiosk/visit.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { needsFile } from '../../../shared/questionnaire/attached-file.ts'
import { randomBytesOf } from '../../platform/key-provider.ts'
import { createAcrossClients } from '../../replication/across-clients.ts'
import type { Actor } from '../../replication/actor.ts'
import type { CommitSession } from '../../replication/commit.ts'
import { toClient } from '../../replication/document-store.ts'
import type { KioskDeps } from './deps.ts'
import { readTablets } from './tablet-store.ts'
import { slowHash } from './visit-hash.ts'
import {
  addVisit,
  findOpenDraft,
  moveVisit,
  readBirthday,
  readVisitOfPractice,
  readVisits,
  type VisitListRow,
} from './visit-store.ts'

export interface ArmVisit {
  readonly clientId: string
  readonly tabletId: string
  readonly formKeys: readonly string[]
  readonly language: string
  readonly minutes: number
}
export interface ArmedVisit {
  readonly id: string
  readonly code: string
  readonly expiresAt: number
}
export interface ShownVisit extends Omit<VisitListRow, 'armedAt' | 'expiresAt'> {
  readonly armedAt: number
  readonly expiresAt: number
}

const OFFICE = ['front-desk', 'admin'] as const
const noTablet = refusal('not_found', 'There is no such tablet.')
const noVisit = refusal('not_found', 'There is no such visit.')
const noBirthday = refusal(
  'wrong_state',
  'The record has no birthday, and a tablet asks for it. Add it first.',
)
const noFiles = refusal(
  'invalid_document',
  'This form is not complete without a file, and a tablet takes none. Nothing was armed.',
)
const isOver = refusal('wrong_state', 'This visit is over already.')

export type Arming = ReturnType<typeof createArming>

export function createArming({ database, replication, clock, assign }: KioskDeps) {
  const { run: across } = createAcrossClients({ database, clock })
  const inRecord = <T>(
    actor: Actor,
    clientId: string,
    action: string,
    run: (session: CommitSession) => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> =>
    replication
      .commit<T>({ actor, clientId, action, permit: OFFICE, onDevice: false, run })
      .then((done) => (done.ok ? ok(done.value.value) : done))

  /** The draft of each form: the one that is open, or a new one. */
  const draftsOf = async (
    session: CommitSession,
    actor: Actor,
    { clientId, formKeys }: ArmVisit,
  ): Promise<Result<readonly VisitForm[], Refusal>> => {
    const { work } = session
    const forms: VisitForm[] = []
    for (const formKey of new Set(formKeys)) {
      let draftId = await findOpenDraft(work.scope.tx, clientId, formKey)
      if (draftId === undefined) {
        const assigned = await assign(session, actor, { clientId, formKey })
        if (!assigned.ok) return assigned
        draftId = assigned.value.draftId
      }
      const stored = await work.load('drafts', draftId)
      if (stored === undefined) throw new Error('A draft that was just found is gone.')
      const { definitionId, title, assignedAt, answers, amends } = toClient(stored) as unknown as Omit<
        VisitForm,
        'draftId' | 'rev'
      >
      const definition = await work.load('definitions', definitionId)
      if (needsFile(definition?.body.questionnaire)) return err(noFiles)
      const { rev } = stored
      forms.push({
        ...{ draftId, definitionId, formKey, title, rev, assignedAt, answers },
        ...(amends !== undefined && { amends }),
      })
    }
    return ok(forms)
  }

  return {
    async arm(actor: Actor, visit: ArmVisit): Promise<Result<ArmedVisit, Refusal>> {
      const code = newCode(randomBytesOf)
      const id = randomUUID()
      return inRecord(actor, visit.clientId, 'kiosk.visit-armed', async (session) => {
        const { tx } = session.work.scope
        const tablet = (await readTablets(tx, actor.practiceId)).find((one) => one.id === visit.tabletId)
        if (tablet === undefined || tablet.enrolledAt === null || tablet.leavingAt !== null)
          return err(noTablet)
        const birthday = await readBirthday(tx, visit.clientId)
        if (birthday === null) return err(noBirthday)
        const forms = await draftsOf(session, actor, visit)
        if (!forms.ok) return forms
        const hash = await slowHash(visitSecret(code, birthday), tablet.salt)
        const content: VisitContent = { forms: forms.value }
        const place = { tablet: tablet.id, visit: id }
        const armedAt = clock.now()
        const expiresAt = armedAt + visit.minutes * 60_000
        await addVisit(tx, {
          ...{
            clientId: visit.clientId,
            id,
            tabletId: tablet.id,
            armedBy: actor.accountId,
            armedAt,
            expiresAt,
          },
          language: visit.language,
          drafts: forms.value.map(({ draftId }) => draftId),
          formKeys: forms.value.map(({ formKey }) => formKey),
          tag: visitTag(hash),
          package: await sealVisit(hash, content, place, randomBytesOf),
        })
        hash.fill(0)
        session.audit({
          action: 'kiosk.visit-armed',
          outcome: 'allowed',
          documentId: id,
          count: forms.value.length,
        })
        return ok({ id, code, expiresAt })
      })
    },

    cancel: (actor: Actor, clientId: string, visitId: string): Promise<Result<null, Refusal>> =>
      inRecord(actor, clientId, 'kiosk.visit-cancelled', async ({ work, audit }) => {
        const { tx } = work.scope
        if ((await readVisitOfPractice(tx, clientId, visitId)) === undefined) return err(noVisit)
        if (!(await moveVisit(tx, { clientId, id: visitId }, 'cancelled', clock.now()))) return err(isOver)
        audit({ action: 'kiosk.visit-cancelled', outcome: 'allowed', documentId: visitId })
        return ok(null)
      }),

    visits: (actor: Actor): Promise<Result<readonly ShownVisit[], Refusal>> =>
      across(
        { actor, action: 'kiosk.visits', permits: (role) => OFFICE.some((one) => one === role) },
        async (tx, { practiceId }) => {
          const value = (await readVisits(tx, practiceId, clock.now())).map((row) => ({
            ...row,
            armedAt: row.armedAt.getTime(),
            expiresAt: row.expiresAt.getTime(),
          }))
          return ok({ value, count: value.length })
        },
      ),
  }
}
