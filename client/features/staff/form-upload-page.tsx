/**
 * A questionnaire from a file: checked by the server, which names everything that is wrong at once, then looked at and
 * tried as a client would fill it, and only then published, as a version that never changes.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link, useRouter } from '@tanstack/react-router'
import { ChevronLeft, CircleAlert, CircleCheckBig } from 'lucide-react'
import { useState } from 'react'
import type { Json } from '../../../shared/kernel/json.ts'
import { useSession } from '../../replica/session-context.tsx'
import { backClass, Page, Part } from '../../ui/page.tsx'
import { Notice } from '../../ui/panel.tsx'
import { FormTrouble } from './components/form-trouble.tsx'
import { NotReady } from './components/not-ready.tsx'
import { PreviewFrame, type RenderPreview } from './components/preview-frame.tsx'
import { PublishForm, type Publishing } from './components/publish-form.tsx'
import { UploadBox } from './components/upload-box.tsx'
import { VersionDifferences } from './components/version-differences.tsx'
import {
  CATALOGUE_PATH,
  type CatalogueForm,
  CHECK_PATH,
  type FormCheck,
  newVersionPath,
  readCatalogue,
  readCheck,
  readPublication,
  readVersion,
  troubleOf,
} from './forms-data.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

interface Checked {
  readonly questionnaire: Json
  readonly check: FormCheck
  /** The newest version so far, where a new one of a known form is uploaded. */
  readonly before: Json | null
}
interface FormUploadPageProps {
  /** Of the form that gets a new version. */
  readonly formId: string | undefined
  readonly preview: RenderPreview
}

const Problems = ({ check }: { check: FormCheck }) => (
  <Notice icon={CircleAlert} tone="bad" role="alert">
    <h2>
      <Plural
        value={check.problems.length}
        one="This form cannot be published: # thing is wrong"
        other="This form cannot be published: # things are wrong"
      />
    </h2>
    <ul>
      {check.problems.map(({ code, path, message }) => (
        <li key={`${code} ${path}`}>
          <code>{path || 'Questionnaire'}</code>: {message}
        </li>
      ))}
    </ul>
  </Notice>
)

export function FormUploadPage({ formId, preview }: FormUploadPageProps) {
  const { t } = useLingui()
  const session = useSession()
  const router = useRouter()
  const catalogue = useServerData(CATALOGUE_PATH, readCatalogue)
  const [checked, setChecked] = useState<Checked | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [attempt] = useState(() => crypto.randomUUID())
  const form: CatalogueForm | undefined =
    catalogue.data.state === 'ready' ? catalogue.data.value.find(({ id }) => id === formId) : undefined
  const title = form?.title ?? ''

  const check = async (questionnaire: Json | undefined) => {
    setChecked(null)
    if (questionnaire === undefined) return setTrouble('no_json')
    setBusy(true)
    const answer = await session.request({ method: 'POST', path: CHECK_PATH, body: { questionnaire } })
    const newest = form?.versions[0]
    const known =
      newest &&
      (await session
        .request({ method: 'GET', path: `${CATALOGUE_PATH}/versions/${newest.id}` })
        .then(({ body }) => readVersion(body)?.questionnaire))
    setBusy(false)
    const found = answer.status === 200 ? readCheck(answer.body) : null
    setTrouble(found === null ? troubleOf(answer) : null)
    if (found !== null) setChecked({ questionnaire, check: found, before: known ?? null })
  }
  const publish = async (publishing: Publishing) => {
    if (checked === null) return
    setBusy(true)
    const { questionnaire } = checked
    const answer = await session.request(
      form
        ? {
            method: 'POST',
            path: newVersionPath(form.id),
            body: { questionnaire, after: form.versions[0]?.version ?? 1 },
          }
        : {
            method: 'POST',
            path: CATALOGUE_PATH,
            idempotencyKey: attempt,
            body: { questionnaire, ...publishing },
          },
    )
    setBusy(false)
    const done = answer.status === 201 ? readPublication(answer.body) : null
    if (done === null) return setTrouble(troubleOf(answer))
    await router.navigate({ to: '/staff/forms/$formId', params: { formId: done.formId } })
  }

  const sound = checked !== null && checked.check.problems.length === 0 ? checked : null
  return (
    <Page
      title={form ? t`New version of ${title}` : t`Upload a form`}
      tabTitle={t`Upload a form`}
      wide
      above={
        <Link to="/staff/forms" className={backClass}>
          <ChevronLeft size={18} aria-hidden />
          <Trans>Forms</Trans>
        </Link>
      }
    >
      {/* Without the version before, nothing could be compared, and it would be published as another form. */}
      {formId === undefined || form ? (
        <UploadBox busy={busy} onChosen={check} />
      ) : (
        <NotReady
          data={catalogue.data.state === 'ready' ? { state: 'failed', why: 'missing' } : catalogue.data}
          again={catalogue.again}
        />
      )}
      <FormTrouble why={trouble} />
      {checked !== null && checked.check.problems.length > 0 ? <Problems check={checked.check} /> : null}
      {sound ? (
        <>
          <Notice icon={CircleCheckBig} tone="good" role="status">
            <p>
              <Plural
                value={sound.check.questions}
                one="The form is sound: # question. Look at it and try it below, then publish it."
                other="The form is sound: # questions. Look at it and try it below, then publish it."
              />
            </p>
            {sound.check.notes.length > 0 ? (
              <details className={styles.history}>
                <summary>
                  <Plural
                    value={sound.check.notes.length}
                    one="# thing is left out, as the standard allows"
                    other="# things are left out, as the standard allows"
                  />
                </summary>
                <ul>
                  {sound.check.notes.map(({ code, path, message }) => (
                    <li key={`${code} ${path}`}>
                      <code>{path}</code>: {message}
                    </li>
                  ))}
                </ul>
              </details>
            ) : null}
          </Notice>
          {sound.before === null ? null : (
            <Part id="changes" title={<Trans>What is different from the version before</Trans>}>
              <VersionDifferences before={sound.before} after={sound.questionnaire} />
            </Part>
          )}
          <Part id="publish" title={<Trans>Publish</Trans>}>
            <PublishForm
              title={sound.check.title}
              isNew={form === undefined}
              busy={busy}
              onPublish={publish}
            />
          </Part>
          <Part id="preview" title={<Trans>Preview and trial</Trans>}>
            <PreviewFrame questionnaire={sound.questionnaire} preview={preview} />
          </Part>
        </>
      ) : null}
    </Page>
  )
}
