/** The copy of a form as a file. The clinic makes it: what is shown here can be printed with no network. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, Download } from 'lucide-react'
import { useState } from 'react'
import { useSession, useSessionView } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { bytesOfBase64, saveFile } from '../../../ui/save-file.ts'

export function ExportCopy({ submissionId }: { submissionId: string }) {
  const { i18n } = useLingui()
  const session = useSession()
  const { record } = useSessionView()
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')
  const save = async (format: 'pdf' | 'fhir') => {
    setState('busy')
    const query = new URLSearchParams(record ? { client: record.client } : {})
    if (format === 'pdf') {
      query.set('language', i18n.locale === 'es' ? 'es' : 'en')
      query.set('encoding', 'base64')
    }
    const path = `/api/v1/portal/forms/submissions/${submissionId}/${format}?${query}`
    const { status, body } = await session.request({ method: 'GET', path, file: true })
    if (status !== 200 || typeof body !== 'string') return setState('failed')
    if (format === 'pdf') saveFile('form.pdf', bytesOfBase64(body), 'application/pdf')
    else saveFile('form.json', body, 'application/fhir+json')
    setState('idle')
  }
  return (
    <>
      <Button look="secondary" busy={state === 'busy'} onClick={() => save('pdf')}>
        <Download size={18} aria-hidden />
        <Trans>Save as PDF</Trans>
      </Button>
      <Button look="quiet" busy={state === 'busy'} onClick={() => save('fhir')}>
        <Download size={18} aria-hidden />
        <Trans>Save for another program (FHIR)</Trans>
      </Button>
      {state === 'failed' ? (
        <Notice icon={CircleAlert} tone="wait" role="alert">
          <p>
            <Trans>
              The clinic makes this file, and cannot be reached now. Nothing was saved; try again later, or
              print the page.
            </Trans>
          </p>
        </Notice>
      ) : null}
    </>
  )
}
