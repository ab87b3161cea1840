/** The practice has looked at a form and asks for more: what, and the way to the correction. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { MessageCircleQuestion } from 'lucide-react'
import { derivedId } from '../../../../shared/crypto/derived-id.ts'
import type { Submission } from '../../../../shared/domains/forms/schema.ts'
import { amendmentId } from '../../../../shared/domains/forms/submission-plan.ts'
import { buttonClass } from '../../../ui/button.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { useDraftHead } from '../queries.ts'

export function AskedForMore({ submission }: { submission: Submission }) {
  const { t } = useLingui()
  const draftId = amendmentId(submission.id, derivedId)
  const draft = useDraftHead(draftId)
  const { returned } = submission
  if (returned === undefined) return null
  const open = draft !== null && draft !== undefined && draft.status !== 'submitted'
  return (
    <Notice icon={MessageCircleQuestion} tone="wait" role="region" label={t`Your practice asks for more`}>
      <h2>
        <Trans>Your practice asks for more</Trans>
      </h2>
      <p>{returned.note}</p>
      {open ? (
        <Link to="/forms/$draftId" params={{ draftId }} className={buttonClass()}>
          <Trans>Add to your answers</Trans>
        </Link>
      ) : null}
    </Notice>
  )
}
