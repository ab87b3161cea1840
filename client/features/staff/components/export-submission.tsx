/** A submission as a file: on paper, or for another program. */
import { Trans } from '@lingui/react/macro'
import { CircleAlert, Download } from 'lucide-react'
import { useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { bytesOfBase64, saveFile } from '../../../ui/save-file.ts'

interface ExportSubmissionProps {
  readonly clientId: string
  readonly submissionId: string
}

export function ExportSubmission({ clientId, submissionId }: ExportSubmissionProps) {
  const session = useSession()
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')
  const path = (format: string) =>
    `/api/v1/staff/submissions/${submissionId}/${format}?client=${encodeURIComponent(clientId)}`
  const save = async (format: 'pdf' | 'fhir') => {
    setState('busy')
    const { status, body } = await session.request({
      method: 'GET',
      path: format === 'pdf' ? `${path('pdf')}&encoding=base64` : path('fhir'),
      file: true,
    })
    if (status !== 200 || typeof body !== 'string') return setState('failed')
    if (format === 'pdf') saveFile('form.pdf', bytesOfBase64(body), 'application/pdf')
    else saveFile('form.json', body, 'application/fhir+json')
    setState('idle')
  }
  return (
    <>
      <ButtonRow>
        <Button look="secondary" busy={state === 'busy'} onClick={() => save('pdf')}>
          <Download size={18} aria-hidden />
          <Trans>Save as PDF</Trans>
        </Button>
        <Button look="secondary" busy={state === 'busy'} onClick={() => save('fhir')}>
          <Download size={18} aria-hidden />
          <Trans>Save as FHIR</Trans>
        </Button>
      </ButtonRow>
      {state === 'failed' ? (
        <Notice icon={CircleAlert} tone="bad" role="alert">
          <p>
            <Trans>The file could not be made. Nothing was saved; please try again.</Trans>
          </p>
        </Notice>
      ) : null}
    </>
  )
}
