/** In a correction that the practice asked for: its words, and the questions that it means. */
import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { MessageCircleQuestion } from 'lucide-react'
import type { Draft } from '../../../../shared/domains/forms/schema.ts'
import { useSubmission } from '../../../drafts/draft-list.ts'
import { outlineForm, questionsIn } from '../../../drafts/form-outline.ts'
import { useSession } from '../../../replica/session-context.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { fieldId } from '../field-id.ts'
import { useOpenForm } from '../open-form.tsx'
import { writeResume } from '../resume.ts'

export function AskedAgain({ draft }: { draft: Draft }) {
  const session = useSession()
  const { questionnaire } = useOpenForm()
  const returned = useSubmission(draft.amends ?? '')?.returned
  if (returned === undefined) return null
  const outline = outlineForm(questionnaire, draft.answers)
  const meant = questionnaire.sections.flatMap((section, index) =>
    questionsIn(outline.section(section))
      .filter(({ key }) => returned.questions.includes(key))
      .map(({ key, item }) => ({ key, text: item.text, section: String(index + 1) })),
  )
  return (
    <Notice icon={MessageCircleQuestion} tone="wait">
      <p>
        <strong>
          <Trans>Your practice asks for more:</Trans>
        </strong>{' '}
        {returned.note}
      </p>
      {meant.length > 0 ? (
        <ul>
          {meant.map(({ key, text, section }) => (
            <li key={key}>
              <Link
                to="/forms/$draftId/section/$section"
                params={{ draftId: draft.id, section }}
                onClick={() => void writeResume(session, draft.id, { section, field: fieldId(key) })}
              >
                {text}
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
    </Notice>
  )
}
