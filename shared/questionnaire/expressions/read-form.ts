/** The door for forms with and without FHIRPath: parses, and compiles what the form needs. */
import type { Json } from '../../kernel/json.ts'
import type { Result } from '../../kernel/result.ts'
import { parseQuestionnaire, type Reading } from '../parse.ts'
import type { Problem, Questionnaire } from '../questionnaire.ts'
import { loadEngine } from './load-engine.ts'

export async function readForm(
  json: Json | undefined,
  reading: Reading = {},
): Promise<Result<Questionnaire, readonly Problem[]>> {
  const parsed = parseQuestionnaire(json, reading)
  if (!parsed.ok || !parsed.value.needsProgram) return parsed
  const [engine, { compileForm }] = await Promise.all([loadEngine(), import('./compile-form.ts')])
  return compileForm(parsed.value, engine)
}
