/** The questionnaires that every practice begins with: one FHIR Questionnaire a file, the file name is the form's key. */
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json, JsonObject } from '../shared/kernel/json.ts'
import type { Prisma } from './generated/client.ts'

const KINDS: { readonly [key: string]: string } = {
  'initial-intake': 'initial-intake',
  'annual-update': 'annual-update',
  'a-bit-of-everything': 'custom',
}

export interface CatalogueForm {
  readonly key: string
  readonly title: string
  readonly questionnaire: JsonObject
}

export function readCatalogue(directory: string): readonly CatalogueForm[] {
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

export async function publishCatalogue(
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
