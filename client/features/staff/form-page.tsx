/** One form of the catalogue: who gets it, its versions, each to look at and to try, and what is different between two. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChevronLeft, FileUp } from 'lucide-react'
import { useState } from 'react'
import { useSession } from '../../replica/session-context.tsx'
import { Button, ButtonRow, buttonClass } from '../../ui/button.tsx'
import { Option } from '../../ui/choice.tsx'
import { backClass, Page, Part } from '../../ui/page.tsx'
import { Card } from '../../ui/panel.tsx'
import { dateOf } from '../../ui/time.ts'
import { FormState } from './components/form-state.tsx'
import { FormTrouble } from './components/form-trouble.tsx'
import { NotReady } from './components/not-ready.tsx'
import { PreviewFrame, type RenderPreview } from './components/preview-frame.tsx'
import { VersionDifferences } from './components/version-differences.tsx'
import {
  CATALOGUE_PATH,
  type CatalogueForm,
  type CatalogueVersion,
  formPath,
  readCatalogue,
  readVersion,
  troubleOf,
  versionPath,
} from './forms-data.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

interface FormPageProps {
  readonly formId: string
  readonly preview: RenderPreview
}

function Settings({ form, onChanged }: { form: CatalogueForm; onChanged: () => void }) {
  const session = useSession()
  const [trouble, setTrouble] = useState<string | null>(null)
  const { active, forNewClients } = form
  const set = async (change: Partial<Pick<CatalogueForm, 'active' | 'forNewClients'>>) => {
    const body = { active, forNewClients, ...change }
    const answer = await session.request({ method: 'PUT', path: formPath(form.id), body })
    setTrouble(answer.status === 200 ? null : troubleOf(answer))
    onChanged()
  }
  return (
    <Card>
      <div className={styles.form}>
        <Option
          id="active"
          type="checkbox"
          name="active"
          checked={active}
          onChange={(next) => set({ active: next })}
        >
          <Trans>Active: it can be given to clients</Trans>
        </Option>
        <Option
          id="for-new"
          type="checkbox"
          name="for-new"
          checked={forNewClients}
          onChange={(next) => set({ forNewClients: next })}
        >
          <Trans>Every new client gets it</Trans>
        </Option>
        <FormTrouble why={trouble} />
      </div>
    </Card>
  )
}

function Version({ version, preview }: { version: CatalogueVersion; preview: RenderPreview }) {
  const { data, again } = useServerData(versionPath(version.id), readVersion)
  return (
    <>
      <NotReady data={data} again={again} />
      {data.state === 'ready' ? (
        <PreviewFrame questionnaire={data.value.questionnaire} preview={preview} />
      ) : null}
    </>
  )
}

function Compared({ before, after }: { before: CatalogueVersion; after: CatalogueVersion }) {
  const old = useServerData(versionPath(before.id), readVersion)
  const now = useServerData(versionPath(after.id), readVersion)
  if (old.data.state !== 'ready' || now.data.state !== 'ready')
    return <NotReady data={old.data.state === 'ready' ? now.data : old.data} again={old.again} />
  return <VersionDifferences before={old.data.value.questionnaire} after={now.data.value.questionnaire} />
}

export function FormPage({ formId, preview }: FormPageProps) {
  const { i18n, t } = useLingui()
  const { data, again } = useServerData(CATALOGUE_PATH, readCatalogue)
  const [shown, setShown] = useState<{ what: 'preview' | 'differences'; version: number } | null>(null)
  const form = data.state === 'ready' ? data.value.find(({ id }) => id === formId) : undefined
  const chosen = form?.versions.find(({ version }) => version === shown?.version)
  const before = form?.versions.find(({ version }) => version === (shown?.version ?? 0) - 1)
  const number = chosen?.version ?? 0
  return (
    <Page
      title={form?.title ?? t`Form`}
      tabTitle={t`Form`}
      wide
      above={
        <Link to="/staff/forms" className={backClass}>
          <ChevronLeft size={18} aria-hidden />
          <Trans>Forms</Trans>
        </Link>
      }
      lead={form ? <FormState form={form} /> : null}
    >
      <NotReady data={data} again={again} />
      {data.state === 'ready' && form === undefined ? (
        <p>
          <Trans>There is no such form in this practice.</Trans>
        </p>
      ) : null}
      {form ? (
        <>
          <Settings form={form} onChanged={again} />
          <Part id="versions" title={<Trans>Versions</Trans>}>
            <div>
              <Link to="/staff/forms/new" search={{ form: form.id }} className={buttonClass('secondary')}>
                <FileUp size={18} aria-hidden />
                <Trans>Upload a new version</Trans>
              </Link>
            </div>
            <ul className={styles.list}>
              {form.versions.map(({ id, version, publishedAt, open, submitted }) => {
                const day = dateOf(i18n.locale, publishedAt)
                return (
                  <li key={id} className={styles.line}>
                    <span className={styles.who}>
                      <strong id={`version-${version}`}>
                        <Trans>Version {version}</Trans>
                      </strong>
                      <span>
                        <Trans>
                          Published {day} · {open} being filled in · {submitted} handed in
                        </Trans>
                      </span>
                    </span>
                    <ButtonRow>
                      <Button
                        look="secondary"
                        aria-describedby={`version-${version}`}
                        onClick={() => setShown({ what: 'preview', version })}
                      >
                        <Trans>Look at it</Trans>
                      </Button>
                      {version > 1 ? (
                        <Button
                          look="quiet"
                          aria-describedby={`version-${version}`}
                          onClick={() => setShown({ what: 'differences', version })}
                        >
                          <Trans>What is different</Trans>
                        </Button>
                      ) : null}
                    </ButtonRow>
                  </li>
                )
              })}
            </ul>
          </Part>
          {chosen && shown?.what === 'preview' ? (
            <Part id="preview" title={<Trans>Version {number}</Trans>}>
              <Version key={chosen.id} version={chosen} preview={preview} />
            </Part>
          ) : null}
          {chosen && before && shown?.what === 'differences' ? (
            <Part id="differences" title={<Trans>What version {number} changed</Trans>}>
              <Compared key={chosen.id} before={before} after={chosen} />
            </Part>
          ) : null}
        </>
      ) : null}
    </Page>
  )
}
