/**
 * The demo practice: made only where nothing exists, never in production. Documents go through the same write path as
 * everything else, so that feeds, heads and audit are right.
 */
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json, JsonObject } from '../shared/kernel/json.ts'
import type { CollectionName } from '../shared/protocol/collections.ts'
import { demoRecords } from './demo-records.ts'
import type { Prisma, PrismaClient } from './generated/client.ts'

/** What the seed needs of the server. */
export interface SeedContext {
  readonly database: {
    readonly prisma: PrismaClient
    transaction<T>(run: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T>
  }
  readonly hashPassword: (password: string) => Promise<string>
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
const KINDS: { readonly [key: string]: string } = {
  'initial-intake': 'initial-intake',
  'annual-update': 'annual-update',
}

/** Leaves a database with any practice in it as it is. */
export async function seedDemo(context: SeedContext): Promise<{ readonly seeded: boolean }> {
  if (context.production) return { seeded: false }
  const practiceId = randomUUID()
  const clients = [
    {
      clientId: randomUUID(),
      name: 'Alex Rivera',
      dateOfBirth: new Date('1991-04-17'),
      email: 'client@demo.test',
    },
    {
      clientId: randomUUID(),
      name: 'Sam Okafor',
      dateOfBirth: new Date('1984-11-02'),
      email: 'client2@demo.test',
    },
  ] as const
  const staff = [
    { id: randomUUID(), role: 'clinician', name: 'Dr. Maya Lindqvist', email: 'clinician@demo.test' },
    { id: randomUUID(), role: 'front-desk', name: 'Jordan Price', email: 'desk@demo.test' },
    { id: randomUUID(), role: 'admin', name: 'Riley Novak', email: 'admin@demo.test' },
  ] as const
  const [clinician, , admin] = staff
  const passwordHash = await context.hashPassword(DEMO_PASSWORD)
  const forms = readCatalogue(context.catalogueDirectory)

  const seeded = await context.database.transaction(async (tx) => {
    if ((await tx.practice.count()) > 0) return false
    await tx.practice.create({
      data: {
        id: practiceId,
        name: 'Harbor Light Behavioral Health',
        timeZone: 'America/New_York',
        phone: '+1 555 010 0199',
      },
    })
    await tx.client.createMany({
      data: clients.map(({ email: _email, ...client }) => ({ ...client, practiceId })),
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
        })),
        ...staff.map((account) => ({ ...account, practiceId, passwordHash })),
      ],
    })
    await tx.clinicianAssignment.createMany({
      data: clients.map(({ clientId }) => ({ clientId, accountId: clinician.id })),
    })
    await publish(tx, practiceId, forms)
    return true
  })
  if (!seeded) return { seeded }

  const actor = { accountId: admin.id, practiceId, name: admin.name }
  const [first, second] = clients
  for (const formKey of ['initial-intake', 'phq-9', 'gad-7'])
    if (forms.some(({ key }) => key === formKey))
      await context.assignForm(actor, { clientId: first.clientId, formKey })
  if (forms.some(({ key }) => key === 'phq-9'))
    await context.assignForm(actor, { clientId: second.clientId, formKey: 'phq-9' })
  const records = demoRecords({ now: context.now, clinicianName: clinician.name })
  await context.putDocuments(actor, first.clientId, records.first)
  await context.putDocuments(actor, second.clientId, records.second)
  return { seeded }
}

interface CatalogueForm {
  readonly key: string
  readonly title: string
  readonly questionnaire: JsonObject
}

function readCatalogue(directory: string): readonly CatalogueForm[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const questionnaire = JSON.parse(readFileSync(join(directory, file), 'utf8')) as JsonObject
      const title: Json | undefined = questionnaire.title
      if (questionnaire.resourceType !== 'Questionnaire' || typeof title !== 'string')
        throw new Error(`${file} in the form catalogue is no Questionnaire with a title.`)
      return { key: file.slice(0, -'.json'.length), title, questionnaire }
    })
}

async function publish(
  tx: Prisma.TransactionClient,
  practiceId: string,
  forms: readonly CatalogueForm[],
): Promise<void> {
  for (const { key, title, questionnaire } of forms) {
    const id = randomUUID()
    const kind = KINDS[key] ?? 'symptom-checklist'
    await tx.form.create({
      data: { id, practiceId, key, kind, title, forNewClients: key === 'initial-intake' },
    })
    await tx.formVersion.create({
      data: {
        id: randomUUID(),
        formId: id,
        version: 1,
        title,
        questionnaire: questionnaire as Prisma.InputJsonObject,
      },
    })
  }
}
