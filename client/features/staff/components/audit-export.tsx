/** The events that were searched for, all of them, as a file. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, Download } from 'lucide-react'
import { useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { saveFile } from '../../../ui/save-file.ts'
import { type AuditFilter, type ExportFormat, exportPath } from '../audit-data.ts'

const TYPES = { csv: 'text/csv', jsonl: 'application/jsonl' } as const

export function AuditExport({ filter }: { filter: AuditFilter }) {
  const { t } = useLingui()
  const session = useSession()
  const [state, setState] = useState<'idle' | ExportFormat | 'failed'>('idle')
  const save = async (format: ExportFormat) => {
    setState(format)
    const { status, body } = await session.request({
      method: 'GET',
      path: exportPath(filter, format),
      file: true,
    })
    if (status !== 200 || typeof body !== 'string') return setState('failed')
    saveFile(`audit.${format}`, body, TYPES[format])
    setState('idle')
  }
  const busy = state === 'csv' || state === 'jsonl'
  return (
    <>
      <ButtonRow>
        <Button look="secondary" busy={busy} onClick={() => save('csv')}>
          <Download size={18} aria-hidden />
          <Trans>Export for a spreadsheet (CSV)</Trans>
        </Button>
        <Button look="secondary" busy={busy} onClick={() => save('jsonl')}>
          <Download size={18} aria-hidden />
          <Trans>Export for programs (JSON lines)</Trans>
        </Button>
      </ButtonRow>
      <p role="status" className="visually-hidden">
        {busy ? t`The file is being made.` : null}
      </p>
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
