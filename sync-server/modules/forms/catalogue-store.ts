/** The practice's catalogue of forms, as the database has it. A published version is never written again. */
import type { JsonObject } from '../../../shared/kernel/json.ts'
import type { SqlTransaction } from '../../platform/database.ts'

export interface FormRow {
  readonly id: string
  readonly key: string
  readonly kind: string
  readonly title: string
  readonly active: boolean
  readonly forNewClients: boolean
}
export interface VersionRow {
  readonly id: string
  readonly formId: string
  readonly version: number
  readonly title: string
  readonly publishedAt: Date
  /** Drafts of it that were not handed in yet, and submissions. */
  readonly open: number
  readonly submitted: number
}

export const readForms = (tx: SqlTransaction, practiceId: string): Promise<FormRow[]> =>
  tx.$queryRaw<FormRow[]>`
    SELECT id, key, kind, title, active, for_new_clients AS "forNewClients" FROM portal.form
    WHERE practice_id = ${practiceId}::uuid ORDER BY title, key LIMIT 1000`

/** The form, locked, so that two admins do not publish the same number. */
export async function lockForm(
  tx: SqlTransaction,
  practiceId: string,
  formId: string,
): Promise<FormRow | undefined> {
  const [row] = await tx.$queryRaw<FormRow[]>`
    SELECT id, key, kind, title, active, for_new_clients AS "forNewClients" FROM portal.form
    WHERE practice_id = ${practiceId}::uuid AND id = ${formId}::uuid FOR UPDATE`
  return row
}

export const readVersions = (tx: SqlTransaction, practiceId: string): Promise<VersionRow[]> =>
  tx.$queryRaw<VersionRow[]>`
    SELECT v.id, v.form_id AS "formId", v.version, v.title, v.published_at AS "publishedAt",
      (SELECT count(*)::int FROM portal.form_draft d
        WHERE d.form_version_id = v.id AND NOT d.deleted AND d.status <> 'submitted') AS open,
      (SELECT count(*)::int FROM portal.form_submission s
        WHERE s.form_version_id = v.id AND NOT s.deleted) AS submitted
    FROM portal.form_version v JOIN portal.form f ON f.id = v.form_id
    WHERE f.practice_id = ${practiceId}::uuid ORDER BY v.version DESC LIMIT 5000`

export interface VersionContent {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly formKey: string
  readonly kind: string
  readonly publishedAt: Date
  readonly questionnaire: JsonObject
}

export async function readVersion(
  tx: SqlTransaction,
  practiceId: string,
  versionId: string,
): Promise<VersionContent | undefined> {
  const [row] = await tx.$queryRaw<VersionContent[]>`
    SELECT v.id, v.version, v.title, f.key AS "formKey", f.kind, v.published_at AS "publishedAt", v.questionnaire
    FROM portal.form_version v JOIN portal.form f ON f.id = v.form_id
    WHERE f.practice_id = ${practiceId}::uuid AND v.id = ${versionId}::uuid`
  return row
}

export async function readNewest(
  tx: SqlTransaction,
  formId: string,
): Promise<Pick<VersionContent, 'id' | 'version' | 'questionnaire'> | undefined> {
  const [row] = await tx.$queryRaw<Pick<VersionContent, 'id' | 'version' | 'questionnaire'>[]>`
    SELECT id, version, questionnaire FROM portal.form_version
    WHERE form_id = ${formId}::uuid ORDER BY version DESC LIMIT 1`
  return row
}

export interface NewForm {
  readonly id: string
  readonly practiceId: string
  readonly key: string
  readonly kind: string
  readonly title: string
  readonly forNewClients: boolean
}

/** False: the practice has a form with this key. */
export const insertForm = async (tx: SqlTransaction, form: NewForm): Promise<boolean> =>
  (await tx.$executeRaw`
    INSERT INTO portal.form (id, practice_id, key, kind, title, for_new_clients)
    VALUES (${form.id}::uuid, ${form.practiceId}::uuid, ${form.key}, ${form.kind}, ${form.title}, ${form.forNewClients})
    ON CONFLICT (practice_id, key) DO NOTHING`) === 1

export async function insertVersion(
  tx: SqlTransaction,
  version: Pick<VersionContent, 'id' | 'version' | 'title' | 'questionnaire'> & {
    readonly formId: string
    readonly publishedAt: Date
  },
): Promise<void> {
  const { id, formId, title, publishedAt, questionnaire } = version
  await tx.$executeRaw`
    INSERT INTO portal.form_version (id, form_id, version, title, questionnaire, published_at)
    VALUES (${id}::uuid, ${formId}::uuid, ${version.version}, ${title}, ${JSON.stringify(questionnaire)}::jsonb,
      ${publishedAt}::timestamptz)`
  await tx.$executeRaw`UPDATE portal.form SET title = ${title} WHERE id = ${formId}::uuid`
}

export const updateForm = (
  tx: SqlTransaction,
  formId: string,
  { active, forNewClients }: Pick<FormRow, 'active' | 'forNewClients'>,
): Promise<number> =>
  tx.$executeRaw`
    UPDATE portal.form SET active = ${active}, for_new_clients = ${forNewClients} WHERE id = ${formId}::uuid`

export interface AssignedRow {
  readonly id: string
  readonly formKey: string
  readonly title: string
  readonly version: number
  readonly status: string
  readonly assignedAt: Date
  readonly dueAt: Date | null
  readonly amends: boolean
}

/** What one client was asked to fill in. Of what they typed, nothing. */
export const readAssigned = (tx: SqlTransaction, clientId: string): Promise<AssignedRow[]> =>
  tx.$queryRaw<AssignedRow[]>`
    SELECT d.id, d.form_key AS "formKey", v.title, v.version, d.status, d.assigned_at AS "assignedAt",
      d.due_at AS "dueAt", (d.amends IS NOT NULL) AS amends
    FROM portal.form_draft d JOIN portal.form_version v ON v.id = d.form_version_id
    WHERE d.client_id = ${clientId}::uuid AND NOT d.deleted ORDER BY d.assigned_at DESC, d.id LIMIT 200`

export interface HandedInRow {
  readonly id: string
  readonly formKey: string
  readonly title: string
  readonly status: string
  readonly flagged: boolean
  readonly receivedAt: Date
}

export const readHandedIn = (tx: SqlTransaction, clientId: string): Promise<HandedInRow[]> =>
  tx.$queryRaw<HandedInRow[]>`
    SELECT s.id, s.form_key AS "formKey", v.title, s.status, s.flagged, s.received_at AS "receivedAt"
    FROM portal.form_submission s JOIN portal.form_version v ON v.id = s.form_version_id
    WHERE s.client_id = ${clientId}::uuid AND NOT s.deleted ORDER BY s.received_at DESC, s.id LIMIT 200`
