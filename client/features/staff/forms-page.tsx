/** The practice's catalogue of forms: what there is, in which version, and who gets it. For admins. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ClipboardList, FileUp } from 'lucide-react'
import { buttonClass } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, Status } from '../../ui/panel.tsx'
import { FormState } from './components/form-state.tsx'
import { NotReady } from './components/not-ready.tsx'
import { CATALOGUE_PATH, readCatalogue } from './forms-data.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

export function FormsPage() {
  const { t } = useLingui()
  const { data, again } = useServerData(CATALOGUE_PATH, readCatalogue)
  const forms = data.state === 'ready' ? data.value : []
  return (
    <Page title={t`Forms`} wide lead={t`What can be given to clients to fill in, and in which version.`}>
      <div>
        <Link to="/staff/forms/new" className={buttonClass()}>
          <FileUp size={18} aria-hidden />
          <Trans>Upload a form</Trans>
        </Link>
      </div>
      <NotReady data={data} again={again} />
      {data.state === 'ready' && forms.length === 0 ? (
        <EmptyState icon={ClipboardList} title={<Trans>No forms yet</Trans>}>
          <p>
            <Trans>Upload a questionnaire in the FHIR format to give it to clients.</Trans>
          </p>
        </EmptyState>
      ) : null}
      {forms.length > 0 ? (
        <ul className={styles.list}>
          {forms.map((form) => {
            const newest = form.versions[0]
            const open = form.versions.reduce((sum, version) => sum + version.open, 0)
            return (
              <li key={form.id}>
                <Link to="/staff/forms/$formId" params={{ formId: form.id }} className={styles.line}>
                  <span className={styles.who}>
                    <strong>{form.title}</strong>
                    <span>
                      {form.key} · <Trans>version {newest?.version ?? 0}</Trans> ·{' '}
                      <Plural value={open} one="# being filled in" other="# being filled in" />
                    </span>
                  </span>
                  <FormState form={form} />
                </Link>
              </li>
            )
          })}
        </ul>
      ) : null}
      {forms.some(({ forNewClients }) => forNewClients) ? null : data.state === 'ready' ? (
        <Status icon={ClipboardList}>
          <Trans>New clients get no form by themselves.</Trans>
        </Status>
      ) : null}
    </Page>
  )
}
