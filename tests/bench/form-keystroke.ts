/**
 * One keystroke in a form of 500 questions with 200 expressions: evaluated again where it is read, and, as a baseline,
 * all of it as a first evaluation does. `tsx tests/bench/form-keystroke.ts`; prints milliseconds, middle and worst.
 */
import { completeAnswers, enabledItems } from '../../shared/questionnaire/enable.ts'
import { readForm } from '../../shared/questionnaire/expressions/read-form.ts'
import type { Answer, Questionnaire } from '../../shared/questionnaire/questionnaire.ts'
import { EXPRESSIONS, largeForm, QUESTIONS } from './large-form.ts'

const KEYSTROKES = 200

async function read(): Promise<Questionnaire> {
  const result = await readForm(largeForm())
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

const times = (runs: readonly number[]): string => {
  const sorted = [...runs].sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2)
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms (${runs.length} runs)`
}

function timed(work: () => void): number {
  const started = performance.now()
  work()
  return performance.now() - started
}

const answers: Record<string, Answer> = {}
for (let n = 0; n < QUESTIONS; n++) answers[`q${n}`] = n % 7
const used = await read()
completeAnswers(used, answers)
const keystrokes = Array.from({ length: KEYSTROKES }, (_, run) => {
  const next = { ...answers, [`q${(run * 5) % QUESTIONS}`]: 10 + run }
  return timed(() => enabledItems(used, next))
})
const firsts: number[] = []
for (let run = 0; run < 20; run++) {
  const fresh = await read()
  firsts.push(timed(() => enabledItems(fresh, answers)))
}
console.log(`${QUESTIONS} questions, ${EXPRESSIONS} expressions`)
console.log(`one keystroke: ${times(keystrokes)}`)
console.log(`all again:     ${times(firsts)}`)
