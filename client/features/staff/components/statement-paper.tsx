/** A client's statement as a PDF of the practice, in the language of the page: to print at the desk, or to send. */
import { Trans, useLingui } from '@lingui/react/macro'
import { FileDown } from 'lucide-react'
import { usePaper } from '../../../papers/use-paper.ts'
import { Button } from '../../../ui/button.tsx'
import { statementPaperPath } from '../billing-data.ts'

interface StatementPaperProps {
  readonly clientId: string
  readonly statementId: string
  readonly number: string
  /** Of the element that names the statement. */
  readonly describedBy: string
}

export function StatementPaper({ clientId, statementId, number, describedBy }: StatementPaperProps) {
  const { i18n, t } = useLingui()
  const path = statementPaperPath(clientId, statementId, i18n.locale)
  const { state, save } = usePaper(path, `${t`Statement`} ${number}`)
  return (
    <>
      <Button look="quiet" aria-describedby={describedBy} busy={state === 'busy'} onClick={save}>
        <FileDown size={18} aria-hidden />
        <Trans>Save as a PDF</Trans>
      </Button>
      {state === 'failed' ? (
        <p role="alert">
          <Trans>The PDF could not be made now. Try again in a moment.</Trans>
        </p>
      ) : null}
    </>
  )
}
