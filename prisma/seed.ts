/**
 * The demo practice: made only where nothing exists, never in production. Documents go through the same write path as
 * everything else, so that feeds, heads and audit are right.
 */
import { randomUUID } from 'node:crypto'
import { derivedId } from '../shared/crypto/derived-id.ts'
import { TERMS_VERSION } from '../shared/domains/accounts/terms.ts'
import { endOf } from '../shared/domains/grants/policy.ts'
import { GRANT_SCOPES } from '../shared/domains/grants/scopes.ts'
import type { JsonObject } from '../shared/kernel/json.ts'
import type { CollectionName } from '../shared/protocol/collections.ts'
import { type CatalogueForm, publishCatalogue, readCatalogue } from './catalogue.ts'
import { type DemoFile, demoFiles } from './demo-files.ts'
import { demoRecords, demoSlots } from './demo-records.ts'
import type { Prisma, PrismaClient } from './generated/client.ts'

/** What the seed needs of the server. */
export interface SeedContext {
  readonly database: {
    readonly prisma: PrismaClient
    transaction<T>(run: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T>
  }
  readonly hashPassword: (password: string) => Promise<string>
  /** Keyed hashes by which a person is found who registers. */
  readonly findTags: (person: FindablePerson) => { readonly ssn4Tag: string; readonly mrnTag: string }
  /** Directory of FHIR Questionnaires, one file a form; the file name is the form's key. */
  readonly catalogueDirectory: string
  readonly production: boolean
  /** ms */
  readonly now: number
  readonly assignForm: (actor: SeedActor, form: { clientId: string; formKey: string }) => Promise<void>
  readonly putDocuments: (
    actor: SeedActor,
    clientId: string,
    documents: readonly SeedDocument[],
  ) => Promise<void>
  /** By somebody who looks after the client; the same id again goes on where it stopped. */
  readonly shareFile: (
    actor: SeedActor,
    clientId: string,
    file: DemoFile & { readonly id: string },
  ) => Promise<void>
}
export interface FindablePerson {
  readonly dateOfBirth: string
  readonly ssn4: string
  readonly mrn: string
}
export interface SeedActor {
  readonly accountId: string
  readonly practiceId: string
  readonly name: string
}
export interface SeedDocument {
  readonly collection: CollectionName
  readonly id: string
  readonly body: JsonObject
}

export const DEMO_PASSWORD = 'demo-portal-2026'

const CLIENTS = [
  {
    name: 'Alex Rivera',
    dateOfBirth: '1991-04-17',
    email: 'client@demo.test',
    ssn4: '3920',
    mrn: 'HL-10233',
  },
  {
    name: 'Sam Okafor',
    dateOfBirth: '2012-11-02',
    email: 'client2@demo.test',
    ssn4: '7715',
    mrn: 'HL-10871',
  },
] as const
/** Known to the practice and without an account: somebody to register as. */
const NEWCOMER = {
  name: 'Jamie Chen',
  dateOfBirth: '1979-08-30',
  email: 'jamie@demo.test',
  ssn4: '4821',
  mrn: 'HL-20417',
} as const
/** Looks after the second client, who is a child, and helps the first one with visits and bills. */
const GUARDIAN = { role: 'proxy', name: 'Grace Okafor', email: 'guardian@demo.test' } as const
const GUARDED = [
  ['appointments:read', 'billing:read'],
  GRANT_SCOPES.map((scope) => `${scope}:write`),
] as const
const CLINICIAN = { role: 'clinician', name: 'Dr. Maya Lindqvist', email: 'clinician@demo.test' } as const
const ADMIN = { role: 'admin', name: 'Riley Novak', email: 'admin@demo.test' } as const
const STAFF = [
  CLINICIAN,
  { role: 'front-desk', name: 'Jordan Price', email: 'desk@demo.test' },
  ADMIN,
] as const

/**
 * Leaves a database with any other practice in it as it is. One that was cut off half-way goes on where it stopped:
 * every step asks first whether it was done. Two at a time would do steps twice: the caller lets one in at a time.
 */
export async function seedDemo(context: SeedContext): Promise<{ readonly seeded: boolean }> {
  if (context.production) return { seeded: false }
  const forms = readCatalogue(context.catalogueDirectory)
  if ((await context.database.prisma.practice.count()) === 0) await makePractice(context, forms)
  const demo = await findUnfinished(context.database.prisma)
  if (demo === undefined) return { seeded: false }
  await fillRecords(context, demo, new Set(forms.map(({ key }) => key)))
  return { seeded: true }
}

async function makePractice(context: SeedContext, forms: readonly CatalogueForm[]): Promise<void> {
  const practiceId = randomUUID()
  const passwordHash = await context.hashPassword(DEMO_PASSWORD)
  const clients = CLIENTS.map((client) => ({ ...client, clientId: randomUUID() }))
  const records = [...clients, { ...NEWCOMER, clientId: randomUUID() }]
  const staff = STAFF.map((account) => ({ ...account, id: randomUUID() }))
  const clinicianId = staff.find(({ role }) => role === CLINICIAN.role)?.id ?? ''
  await context.database.transaction(async (tx) => {
    await tx.practice.create({
      data: {
        id: practiceId,
        name: 'Harbor Light Behavioral Health',
        timeZone: 'America/New_York',
        phone: '+1 555 010 0199',
        // The README's sign-ins are passwords alone; a real practice asks its staff for a second factor.
        mfaStaff: false,
      },
    })
    await tx.client.createMany({
      data: records.map(({ clientId, name, dateOfBirth, email, ssn4, mrn }) => ({
        clientId,
        practiceId,
        name,
        dateOfBirth: new Date(dateOfBirth),
        contactEmail: email,
        ...context.findTags({ dateOfBirth, ssn4, mrn }),
      })),
    })
    await tx.portalAccount.createMany({
      data: [
        ...clients.map(({ clientId, name, email }) => ({
          id: randomUUID(),
          practiceId,
          role: 'client',
          name,
          email,
          passwordHash,
          clientId,
          emailVerifiedAt: new Date(context.now),
        })),
        ...staff.map((account) => ({
          ...account,
          practiceId,
          passwordHash,
          emailVerifiedAt: new Date(context.now),
        })),
      ],
    })
    const guardian = randomUUID()
    await tx.portalAccount.create({
      data: {
        ...GUARDIAN,
        id: guardian,
        practiceId,
        passwordHash,
        emailVerifiedAt: new Date(context.now),
      },
    })
    const accepting = await tx.portalAccount.findMany({
      where: { practiceId, role: { in: ['client', 'proxy'] } },
      select: { id: true },
    })
    await tx.termsAcceptance.createMany({
      data: accepting.map(({ id }) => ({
        accountId: id,
        version: TERMS_VERSION,
        acceptedAt: new Date(context.now),
        ip: '',
        userAgent: '',
      })),
    })
    await tx.accessGrant.createMany({
      data: clients.map(({ clientId, dateOfBirth }, index) => {
        const end = endOf(null, dateOfBirth, context.now)
        return {
          clientId,
          accountId: guardian,
          // The child's first.
          grantedAt: new Date(context.now - index),
          scopes: [...(GUARDED[index] ?? [])],
          expiresAt: end === null ? null : new Date(end),
        }
      }),
    })
    await tx.clinicianAssignment.createMany({
      data: records.map(({ clientId }) => ({ clientId, accountId: clinicianId })),
    })
    await tx.appointmentSlot.createMany({
      data: demoSlots(context.now).map((slot) => ({
        ...slot,
        id: randomUUID(),
        practiceId,
        clinicianAccountId: clinicianId,
        kind: 'in-person',
        place: 'Room 4, 12 Harbor Street',
        createdBy: clinicianId,
        createdAt: new Date(context.now),
      })),
    })
    await publishCatalogue(tx, practiceId, forms)
  })
}

interface Demo {
  readonly actor: SeedActor
  readonly clinician: SeedActor
  readonly first: string
  readonly second: string
  readonly newcomer: string | undefined
}

/** The records of the second client are the last step: where they are, everything is. */
async function findUnfinished(prisma: PrismaClient): Promise<Demo | undefined> {
  const emails = [ADMIN.email, CLINICIAN.email, ...CLIENTS.map(({ email }) => email)]
  const accounts = await prisma.portalAccount.findMany({ where: { email: { in: emails } } })
  const [admin, clinician, first, second] = emails.map((email) =>
    accounts.find((account) => account.email === email),
  )
  if (!admin || !clinician || !first?.clientId || !second?.clientId) return undefined
  if ((await prisma.profile.count({ where: { clientId: second.clientId } })) > 0) return undefined
  const [actor, doctor] = [admin, clinician].map(({ id: accountId, practiceId, name }) => ({
    accountId,
    practiceId,
    name,
  })) as [SeedActor, SeedActor]
  const newcomer = await prisma.client.findFirst({
    where: { practiceId: admin.practiceId, contactEmail: NEWCOMER.email },
  })
  return {
    actor,
    clinician: doctor,
    first: first.clientId,
    second: second.clientId,
    newcomer: newcomer?.clientId,
  }
}

async function fillRecords(
  { database, assignForm, putDocuments, shareFile, now }: SeedContext,
  { actor, clinician, first, second, newcomer }: Demo,
  catalogue: ReadonlySet<string>,
): Promise<void> {
  const assignMissing = async (clientId: string, formKeys: readonly string[]) => {
    const there = await database.prisma.formDraft.findMany({ where: { clientId }, select: { formKey: true } })
    for (const formKey of formKeys)
      if (catalogue.has(formKey) && !there.some((draft) => draft.formKey === formKey))
        await assignForm(actor, { clientId, formKey })
  }
  await assignMissing(first, ['initial-intake', 'phq-9', 'gad-7'])
  await assignMissing(second, ['phq-9'])
  const records = demoRecords({ now, clinicianName: CLINICIAN.name })
  if ((await database.prisma.profile.count({ where: { clientId: first } })) === 0)
    await putDocuments(actor, first, records.first)
  for (const file of demoFiles())
    await shareFile(clinician, first, { ...file, id: derivedId('demo-file', `${first}/${file.title}`) })
  if (newcomer && (await database.prisma.profile.count({ where: { clientId: newcomer } })) === 0)
    await putDocuments(actor, newcomer, records.newcomer)
  await putDocuments(actor, second, records.second)
}
