/**
 * The catalogue of a practice: what can be assigned, and its versions. A version is checked, published, and never
 * changed; whoever fills one goes on with it until they move on themselves. The role is the one the database has now.
 */
import { randomUUID } from 'node:crypto'
import { type FormsAction, mayWithForms } from '../../../shared/domains/forms/policy.ts'
import type { FormDefinition } from '../../../shared/domains/forms/schema.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { equalJson, type Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { isQuestion, type Problem } from '../../../shared/questionnaire/questionnaire.ts'
import type { Database, Transaction } from '../../platform/database.ts'
import { createAcrossClients } from '../../replication/across-clients.ts'
import type { Actor, Role } from '../../replication/actor.ts'
import {
  type FormRow,
  insertForm,
  insertVersion,
  lockForm,
  readForms,
  readNewest,
  readVersion,
  readVersions,
  updateForm,
} from './catalogue-store.ts'
import { type CheckedForm, checkForm } from './check-form.ts'

export interface CatalogueVersion {
  readonly id: string
  readonly version: number
  readonly title: string
  /** ms */
  readonly publishedAt: number
  readonly open: number
  readonly submitted: number
}
export interface CatalogueForm extends FormRow {
  /** The newest first. */
  readonly versions: readonly CatalogueVersion[]
}
export interface FormCheck {
  readonly problems: readonly Problem[]
  readonly notes: readonly Problem[]
  readonly title: string
  readonly questions: number
}
export interface Publication {
  readonly formId: string
  readonly versionId: string
  readonly version: number
}
type Answer<T> = Promise<Result<T, Refusal>>

const NOT_FOUND = refusal('not_found', 'There is no such form.')

/** All problems in one text: whoever asks without having checked first is not sent round after round. */
const invalid = (problems: readonly Problem[]) =>
  refusal(
    'invalid_document',
    `The form cannot be published. ${problems.map(({ path, message }) => `${path || 'form'}: ${message}`).join(' ')}`.slice(
      0,
      8_000,
    ),
  )

export function createCatalogue({ database, clock }: { readonly database: Database; readonly clock: Clock }) {
  const { run } = createAcrossClients({ database, clock })
  const as = <T>(
    actor: Actor,
    action: string,
    needs: FormsAction,
    work: (tx: Transaction, practiceId: string) => Promise<Result<T, Refusal>>,
  ): Answer<T> =>
    run<T>({ actor, action, permits: (role: Role) => mayWithForms(role, needs) }, async (tx, member) => {
      const done = await work(tx, member.practiceId)
      return done.ok ? ok({ value: done.value, count: 1 }) : done
    })

  const publish = async (
    tx: Transaction,
    formId: string,
    version: number,
    { form, json }: CheckedForm,
  ): Promise<Publication> => {
    const versionId = randomUUID()
    const publishedAt = new Date(clock.now())
    await insertVersion(tx, {
      id: versionId,
      formId,
      version,
      title: form.title,
      questionnaire: json,
      publishedAt,
    })
    return { formId, versionId, version }
  }

  return {
    list: (actor: Actor): Answer<readonly CatalogueForm[]> =>
      as(actor, 'forms.catalogue', 'read-definition', async (tx, practiceId) => {
        const forms = await readForms(tx, practiceId)
        const versions = await readVersions(tx, practiceId)
        return ok(
          forms.map((form) => ({
            ...form,
            versions: versions
              .filter(({ formId }) => formId === form.id)
              .map(({ formId: _, publishedAt, ...version }) => ({
                ...version,
                publishedAt: publishedAt.getTime(),
              })),
          })),
        )
      }),

    version: (actor: Actor, versionId: string): Answer<FormDefinition> =>
      as(actor, 'forms.version', 'read-definition', async (tx, practiceId) => {
        const found = await readVersion(tx, practiceId, versionId)
        if (found === undefined) return err(NOT_FOUND)
        const { publishedAt, ...definition } = found
        return ok({ ...definition, updatedAt: publishedAt.getTime() } as FormDefinition)
      }),

    /** Changes nothing. */
    async check(actor: Actor, questionnaire: Json): Answer<FormCheck> {
      const checked = await checkForm(questionnaire)
      return as(actor, 'forms.check', 'publish-definition', async () =>
        ok(
          checked.ok
            ? {
                problems: [],
                notes: checked.value.form.notes,
                title: checked.value.form.title,
                questions: [...checked.value.form.byLinkId.values()].filter(isQuestion).length,
              }
            : { problems: checked.error, notes: [], title: '', questions: 0 },
        ),
      )
    },

    async add(
      actor: Actor,
      form: {
        readonly id: string
        readonly key: string
        readonly kind: string
        readonly forNewClients: boolean
        readonly questionnaire: Json
      },
    ): Answer<Publication> {
      const checked = await checkForm(form.questionnaire)
      return as(actor, 'forms.publish', 'publish-definition', async (tx, practiceId) => {
        if (!checked.ok) return err(invalid(checked.error))
        const { id, key, kind, forNewClients } = form
        const { title } = checked.value.form
        const again = await lockForm(tx, practiceId, id)
        const newest = again && (await readNewest(tx, id))
        if (newest) return ok({ formId: id, versionId: newest.id, version: newest.version })
        const made = await insertForm(tx, { id, practiceId, key, kind, title, forNewClients })
        return made
          ? ok(await publish(tx, id, 1, checked.value))
          : err(refusal('already_exists', 'The practice has a form with this short name already.'))
      })
    },

    /** `after` is the version that the admin saw as the newest. */
    async addVersion(
      actor: Actor,
      formId: string,
      { questionnaire, after }: { readonly questionnaire: Json; readonly after: number },
    ): Answer<Publication> {
      const checked = await checkForm(questionnaire)
      return as(actor, 'forms.publish', 'publish-definition', async (tx, practiceId) => {
        if (!checked.ok) return err(invalid(checked.error))
        const form = await lockForm(tx, practiceId, formId)
        const newest = form && (await readNewest(tx, formId))
        if (form === undefined || newest === undefined) return err(NOT_FOUND)
        if (equalJson(newest.questionnaire, checked.value.json))
          return err(refusal('wrong_state', 'The newest version says the same already.'))
        if (newest.version !== after)
          return err(refusal('stale_revision', 'Another version was published meanwhile: look at it first.'))
        return ok(await publish(tx, formId, newest.version + 1, checked.value))
      })
    },

    set: (
      actor: Actor,
      formId: string,
      settings: Pick<FormRow, 'active' | 'forNewClients'>,
    ): Answer<FormRow> =>
      as(actor, 'forms.settings', 'publish-definition', async (tx, practiceId) => {
        const form = await lockForm(tx, practiceId, formId)
        if (form === undefined) return err(NOT_FOUND)
        await updateForm(tx, formId, settings)
        return ok({ ...form, ...settings })
      }),
  }
}
export type Catalogue = ReturnType<typeof createCatalogue>
