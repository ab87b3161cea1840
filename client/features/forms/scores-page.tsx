/** The client's scores over time, made on this device from what was handed in. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { ChartLine, ChevronLeft } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Submission } from '../../../shared/domains/forms/schema.ts'
import { readForm } from '../../../shared/questionnaire/expressions/read-form.ts'
import { useFormLists } from '../../drafts/draft-list.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'
import { useReplica } from '../../replica/session-context.tsx'
import { backClass, Page } from '../../ui/page.tsx'
import { Card, EmptyState } from '../../ui/panel.tsx'
import { ScoreChart, type ScoreSeries } from '../../ui/score-chart.tsx'
import { type ScoredForm, scoreHistory } from './score-history.ts'

async function readHistory(
  replica: ReplicaDatabase,
  submissions: readonly Submission[],
  language: string,
): Promise<readonly ScoreSeries[]> {
  const forms = await Promise.all(
    submissions.map(async (submission): Promise<ScoredForm[]> => {
      const definition = await replica.definitions.findOne(submission.definitionId).exec()
      const form = definition && (await readForm(definition.toMutableJSON().questionnaire, { language }))
      return form?.ok ? [{ submission, questionnaire: form.value }] : []
    }),
  )
  return scoreHistory(forms.flat())
}

export function ScoresPage() {
  const { i18n, t } = useLingui()
  const replica = useReplica()
  const completed = useFormLists()?.completed
  const [series, setSeries] = useState<readonly ScoreSeries[]>()
  const language = i18n.locale
  useEffect(() => {
    if (replica === null || completed === undefined) return
    let gone = false
    readHistory(replica, completed, language).then((found) => gone || setSeries(found))
    return () => {
      gone = true
    }
  }, [replica, completed, language])
  return (
    <Page
      title={t`Your scores over time`}
      tabTitle={t`Forms`}
      above={
        <Link to="/forms" className={backClass}>
          <ChevronLeft size={18} aria-hidden />
          <Trans>Forms</Trans>
        </Link>
      }
      lead={t`What they mean for you is best talked about with your clinician.`}
    >
      {series?.length === 0 ? (
        <EmptyState icon={ChartLine} title={<Trans>No scores yet</Trans>}>
          <p>
            <Trans>When you have handed in a checklist that is scored, it appears here.</Trans>
          </p>
        </EmptyState>
      ) : null}
      {series?.map((each) => (
        <Card key={each.name}>
          <h2>{each.name}</h2>
          <ScoreChart series={each} />
        </Card>
      ))}
    </Page>
  )
}
