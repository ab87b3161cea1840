/** Scores of what was handed in, over time, by scale. Pure. */
import type { Submission } from '../../../shared/domains/forms/schema.ts'
import type { Band, Questionnaire } from '../../../shared/questionnaire/questionnaire.ts'
import { scoreAnswers } from '../../../shared/questionnaire/score.ts'
import type { ScorePoint, ScoreSeries } from '../../ui/score-chart.tsx'

export interface ScoredForm {
  readonly submission: Pick<Submission, 'id' | 'answers' | 'submittedAt'>
  readonly questionnaire: Questionnaire
}

export function scoreHistory(forms: readonly ScoredForm[]): readonly ScoreSeries[] {
  const series = new Map<string, { max: number; bands: readonly Band[]; points: ScorePoint[] }>()
  const inOrder = [...forms].sort((a, b) => a.submission.submittedAt - b.submission.submittedAt)
  for (const { submission, questionnaire } of inOrder)
    for (const { name, value, max, band, complete } of scoreAnswers(questionnaire, submission.answers)) {
      if (!complete) continue
      const bands = questionnaire.scores.find((rule) => rule.name === name)?.bands ?? []
      const known = series.get(name) ?? { max, bands, points: [] }
      known.points.push({
        submissionId: submission.id,
        at: submission.submittedAt,
        value,
        band: band?.label ?? '',
      })
      series.set(name, { ...known, max, bands })
    }
  return [...series].map(([name, each]) => ({ name, ...each }))
}
