/**
 * Whether a form can be published: everything that is outside of the supported subset, at once, each with its element
 * and path; in every language that the form speaks, for whoever fills it reads it in one of them.
 */
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { contradictions } from '../../../shared/questionnaire/contradictions.ts'
import { readForm } from '../../../shared/questionnaire/expressions/read-form.ts'
import type { Problem, Questionnaire } from '../../../shared/questionnaire/questionnaire.ts'

const LANGUAGES = [undefined, 'es'] as const
/** As long as the title of a draft may be. */
const MAX_TITLE = 200

export interface CheckedForm {
  readonly form: Questionnaire
  readonly json: JsonObject
}

export async function checkForm(json: Json): Promise<Result<CheckedForm, readonly Problem[]>> {
  const found = new Map<string, Problem>()
  let form: Questionnaire | undefined
  for (const language of LANGUAGES) {
    const read = await readForm(json, { language, publishing: true })
    if (read.ok) form ??= read.value
    const problems = read.ok ? [...titleProblems(read.value), ...contradictions(read.value)] : read.error
    for (const problem of problems) found.set(`${problem.code} ${problem.path}`, problem)
  }
  return form === undefined || found.size > 0
    ? err([...found.values()])
    : ok({ form, json: json as JsonObject })
}

function titleProblems({ title }: Questionnaire): readonly Problem[] {
  if (title.trim() === '')
    return [{ code: 'no_title', path: 'title', message: 'The form needs a title, as clients read it.' }]
  return title.length > MAX_TITLE
    ? [{ code: 'too_long', path: 'title', message: `Longer than ${MAX_TITLE} characters.` }]
    : []
}
