/** Forms as they are: the catalogue we ship, and public questionnaires of others. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../shared/kernel/json.ts'
import { assessAnswers } from '../../shared/questionnaire/assess.ts'
import { completeAnswers, enabledItems } from '../../shared/questionnaire/enable.ts'
import { readForm } from '../../shared/questionnaire/expressions/read-form.ts'
import { raisedFlags } from '../../shared/questionnaire/flags.ts'
import { initialAnswers, rowInitialValues } from '../../shared/questionnaire/initial-answers.ts'
import { parseQuestionnaire } from '../../shared/questionnaire/parse.ts'
import {
  type AnswerMap,
  type Item,
  isMultipleChoice,
  isQuestion,
} from '../../shared/questionnaire/questionnaire.ts'
import { fromQuestionnaireResponse, toQuestionnaireResponse } from '../../shared/questionnaire/response.ts'
import { scoreAnswers } from '../../shared/questionnaire/score.ts'
import { validateAnswers } from '../../shared/questionnaire/validate.ts'

const CATALOGUE = new URL('../../prisma/catalogue/', import.meta.url)
const PUBLIC = new URL('questionnaires/', import.meta.url)
const read = (file: URL) => JSON.parse(readFileSync(file, 'utf8')) as Json
const json = (name: string, folder = CATALOGUE) => read(new URL(name, folder))
const load = (name: string, folder = CATALOGUE) => {
  const parsed = parseQuestionnaire(read(new URL(name, folder)))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error, null, 2))
  return parsed.value
}
const refused = (name: string) => {
  const parsed = parseQuestionnaire(read(new URL(name, PUBLIC)))
  return parsed.ok ? [] : parsed.error.map(({ code, path }) => `${code} at ${path}`)
}
const WEIGHTS = ['LA6568-5', 'LA6569-3', 'LA6570-1', 'LA6571-9']
/** Answers whose weights are given, one by one. */
const weigh = (prefix: string, weights: readonly number[]): AnswerMap =>
  Object.fromEntries(weights.map((weight, index) => [`${prefix}-${index + 1}`, WEIGHTS[weight] ?? '']))
/** Weights of `count` items that add up to `sum`. */
const spread = (count: number, sum: number) =>
  Array.from({ length: count }, (_, index) => Math.max(0, Math.min(3, sum - index * 3)))

const yesTo = (count: number): AnswerMap =>
  Object.fromEntries(
    Array.from({ length: 5 }, (_, index) => [`pcptsd5-${index + 1}`, index < count ? 'LA33-6' : 'LA32-8']),
  )
const SEVERITY = ['not-at-all', 'a-little-bit', 'moderately', 'quite-a-bit', 'extremely']
const checklist = (sum: number): AnswerMap =>
  Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [
      `pcl5-${index + 1}`,
      SEVERITY[Math.max(0, Math.min(4, sum - index * 4))] ?? '',
    ]),
  )

const WORDS: Record<string, string> = {
  zip: '12345',
  mobile: '555-010-0199',
  'emergency-phone': '555-010-0199',
}
/** Some answer that fits the question. */
function plausible(item: Item, key: string): AnswerMap {
  const token = item.options[0]?.token
  if (item.type === 'group') return { [`${key}[r1]`]: 1 }
  if (token !== undefined) return isMultipleChoice(item) ? { [`${key}{${token}}`]: true } : { [key]: token }
  if (item.type === 'boolean') return { [key]: true }
  if (item.type === 'integer') return { [key]: 5 }
  return { [key]: item.type === 'date' ? '1990-01-02' : (WORDS[item.linkId] ?? 'Words') }
}

describe('the catalogue', () => {
  it.each(readdirSync(CATALOGUE))(
    '%s is inside the supported subset, with a copyright notice',
    async (file) => {
      const read = await readForm(json(file))
      if (!read.ok) throw new Error(JSON.stringify(read.error))
      const form = read.value
      expect(form.notes).toEqual([])
      expect(form.copyright).toBeTruthy()
      expect(form.url).toMatch(/^https:/)
    },
  )

  it.each([
    [0, 'minimal'],
    [4, 'minimal'],
    [5, 'mild'],
    [9, 'mild'],
    [10, 'moderate'],
    [14, 'moderate'],
    [15, 'moderately-severe'],
    [19, 'moderately-severe'],
    [20, 'severe'],
    [27, 'severe'],
  ])('PHQ-9 of %i is %s', (sum, band) => {
    const [score] = scoreAnswers(load('phq-9.json'), weigh('phq9', spread(9, sum)))
    expect(score).toMatchObject({ name: 'PHQ-9', value: sum, max: 27, complete: true, band: { code: band } })
  })

  it.each([
    [4, 'minimal'],
    [5, 'mild'],
    [9, 'mild'],
    [10, 'moderate'],
    [14, 'moderate'],
    [15, 'severe'],
    [21, 'severe'],
  ])('GAD-7 of %i is %s', (sum, band) => {
    const [score] = scoreAnswers(load('gad-7.json'), weigh('gad7', spread(7, sum)))
    expect(score).toMatchObject({ name: 'GAD-7', value: sum, max: 21, complete: true, band: { code: band } })
  })

  it.each([
    ['audit-c.json', { 'auditc-1': 'never', 'auditc-2': 'none', 'auditc-3': 'never' }, 0, 12, 'negative'],
    [
      'audit-c.json',
      { 'auditc-1': '2-4-a-month', 'auditc-2': '3-4', 'auditc-3': 'never' },
      3,
      12,
      'positive-women',
    ],
    [
      'audit-c.json',
      { 'auditc-1': '2-4-a-month', 'auditc-2': '3-4', 'auditc-3': 'less-than-monthly' },
      4,
      12,
      'positive',
    ],
    ['audit-c.json', { 'auditc-1': '4-a-week', 'auditc-2': '10', 'auditc-3': 'daily' }, 12, 12, 'positive'],
    ['pc-ptsd-5.json', { 'pcptsd5-event': 'LA32-8' }, 0, 5, 'negative'],
    ['pc-ptsd-5.json', { 'pcptsd5-event': 'LA33-6', ...yesTo(3) }, 3, 5, 'negative'],
    ['pc-ptsd-5.json', { 'pcptsd5-event': 'LA33-6', ...yesTo(4) }, 4, 5, 'positive'],
    ['pcl-5.json', checklist(30), 30, 80, 'negative'],
    ['pcl-5.json', checklist(31), 31, 80, 'positive'],
    ['pcl-5.json', checklist(80), 80, 80, 'positive'],
  ])('%s of %j scores %i', (file, answers, value, max, band) => {
    const [score] = scoreAnswers(load(file), answers)
    expect(score).toMatchObject({ value, complete: true, band: { code: band } })
    expect(scoreAnswers(load(file), {})[0]).toMatchObject({ value: 0, complete: false })
    expect(
      [...load(file).byLinkId.values()].filter(({ options }) => options.length > 0).length,
    ).toBeGreaterThan(2)
    if (file !== 'pc-ptsd-5.json') expect(score?.max).toBe(max)
  })

  it('every instrument names its sources', () => {
    for (const file of ['phq-9', 'gad-7', 'audit-c', 'pc-ptsd-5', 'pcl-5'])
      expect(load(`${file}.json`).purpose).toMatch(/\d{4};\d+/)
  })

  it('gives no band before every item is answered', () => {
    const [score] = scoreAnswers(load('phq-9.json'), weigh('phq9', [3, 3]))
    expect(score).toMatchObject({ value: 6, answered: 2, total: 9, complete: false })
    expect(score?.band).toBeUndefined()
  })

  it.each([
    [0, []],
    [1, ['self-harm']],
    [3, ['self-harm']],
  ])('PHQ-9 item 9 of weight %i raises %j', (weight, flags) => {
    const answers = { 'phq9-9': WEIGHTS[weight] ?? '' }
    expect(raisedFlags(load('phq-9.json'), answers).map(({ code }) => code)).toEqual(flags)
  })

  it('the intake has more than 60 questions in sections, and asks more where it must', () => {
    const form = load('initial-intake.json')
    expect([...form.byLinkId.values()].filter(isQuestion).length).toBeGreaterThan(60)
    expect(form.sections.length).toBeGreaterThan(10)
    const keys = (answers: AnswerMap) => enabledItems(form, answers).list.map(({ key }) => key)
    expect(keys({})).not.toContain('member-id')
    expect(keys({ coverage: 'insurance' })).toContain('member-id')
    expect(keys({ coverage: 'insurance', 'policy-holder': 'parent' })).toContain('policy-holder-name')
    expect(keys({ 'takes-medicines': true, 'medications[r1]': 1 })).toContain(
      'medications[r1]/medication-dose',
    )
    expect(keys({ 'family-history{none}': true })).not.toContain('family-details')
    expect(
      raisedFlags(form, { 'self-harm-thoughts': 'several-days', 'harm-others': true }).map(
        ({ code }) => code,
      ),
    ).toEqual(['self-harm', 'harm-to-others'])
  })

  it('the intake can be completed: answering what is missing, again and again, ends without problems', () => {
    const form = load('initial-intake.json')
    const answers: Record<string, AnswerMap[string]> = {}
    for (let round = 0; round < 10; round++) {
      const missing = validateAnswers(form, answers, { today: '2026-11-22' })
      if (missing.length === 0) break
      expect(missing.every(({ code }) => code === 'required')).toBe(true)
      for (const { key, linkId } of missing) {
        const item = form.byLinkId.get(linkId)
        if (item) Object.assign(answers, plausible(item, key))
      }
    }
    expect(assessAnswers(form, answers, { today: '2026-11-22' })).toMatchObject({ problems: [], answers })
    expect(answers).toHaveProperty('medications[r1]/medication-name')
  })
})

describe('initial values', () => {
  it('are there in every new row', async () => {
    const form = await readForm(json('a-bit-of-everything.json'))
    const visits = form.ok ? form.value.byLinkId.get('visits') : undefined
    expect(visits && rowInitialValues(visits, 'visits[r1]')).toEqual({ 'visits[r1]/visit-nights': 1 })
  })
})

describe('public questionnaires', () => {
  it.each(['phq9.json', 'phq9-with-the-weight-function.json'])(
    '%s scores like ours, and raises the flag',
    (file) => {
      const form = load(file, PUBLIC)
      const items = form.scores[0]?.items ?? []
      const answers = Object.fromEntries(items.map((linkId, index) => [linkId, WEIGHTS[index % 4] ?? '']))
      expect(scoreAnswers(form, answers)[0]).toMatchObject({
        name: 'PHQ-9',
        value: 12,
        band: { code: 'moderate' },
        target: '/44261-6',
      })
      expect(raisedFlags(form, { '/44260-8': 'LA6569-3' }).map(({ code }) => code)).toEqual(['self-harm'])
      expect(validateAnswers(form, answers)).toEqual([])
    },
  )

  it('reads contained value sets without expansion', () => {
    const form = load('q-with-contained-valueset-without-expansion.json', PUBLIC)
    expect(form.byLinkId.get('group1-item1')?.options.map(({ label }) => label)).toEqual([
      'Answer 1',
      'Answer 2',
      'Answer 3',
    ])
  })

  it('reads units and quantities', () => {
    const form = load('q-with-unit-in-quantity-and-units.json', PUBLIC)
    expect(form.byLinkId.get('/body-height')?.units.map(({ code }) => code)).toEqual(['cm', 'mm'])
  })

  it('decides nested skip logic', () => {
    const form = load('q-with-nested-enableWhen.json', PUBLIC)
    const keys = (answers: AnswerMap) => enabledItems(form, answers).list.map(({ key }) => key)
    expect(keys({})).toEqual(['p1'])
    expect(keys({ p1: 'YES' })).toEqual(['p1', 'g1', 'c1', 'd1', 'g2', 'cc1', 'dd1'])
    expect(keys({ p1: 'YES', c1: 'A', cc1: 'A' })).toEqual(['p1', 'g1', 'c1', 'g2', 'cc1'])
  })

  it('calculates single, several and coded values, through variables', async () => {
    const form = await readForm(read(new URL('questionnaire-calculatedExpression.json', PUBLIC)))
    const answers = { 'string-to-split': 'abc', oneCoding: 'Yes' }
    if (!form.ok) throw new Error(JSON.stringify(form.error))
    expect(completeAnswers(form.value, answers)).toMatchObject({
      '/type-integer': 123,
      '/type-string': 'abc123',
      'repeating-string[r0001]': 'a',
      'repeating-string[r0003]': 'c',
      'repeating-choice{b}': true,
    })
    const response = toQuestionnaireResponse(form.value, answers)
    const kept = completeAnswers(form.value, fromQuestionnaireResponse(form.value, response))
    expect(kept).toEqual(completeAnswers(form.value, answers))
  })

  it('begins a form with its initial expressions', async () => {
    const form = await readForm(read(new URL('questionnaire-initialExpression.json', PUBLIC)))
    if (!form.ok) throw new Error(JSON.stringify(form.error))
    expect(initialAnswers(form.value)).toMatchObject({
      '/type-integer': 123,
      '/type-string': 'abc123',
      'repeating-string[r0002]': 'bbb',
      'repeating-choice{g}': true,
      'repeating-choice{b}': true,
    })
  })

  it('asks by an expression over two answers, once the mistakes of the file are mended', async () => {
    const json = JSON.stringify(read(new URL('enableWhen-test.R4.json', PUBLIC)))
    const items = (JSON.parse(json) as { item: { item?: Json[]; linkId: string }[] }).item
    const form = await readForm({
      resourceType: 'Questionnaire',
      item: items.filter((_, index) => index === 13) as Json[],
    })
    if (!form.ok) throw new Error(JSON.stringify(form.error))
    expect(enabledItems(form.value, { Q10: 'chic', Q10b: 'ken' }).has('Q10-ewe')).toBe(true)
    expect(enabledItems(form.value, { Q10: 'chic', Q10b: 'chic' }).has('Q10-ewe')).toBe(false)
  })

  it.each([
    ['q-with-modifierExtension.json', 'modifier_extension at modifierExtension[0]'],
    ['q-enableWhen-with-reference-loop.json', 'enable_when_loop at item[0]'],
    ['bit-of-everything.json', 'unsupported_type at item[0].item[10].type'],
    // It compares a date with a number, and says "repeats" with a word.
    ['enableWhen-test.R4.json', 'wrong_value at item[11].item[3].enableWhen[0].answerInteger'],
    ['enableWhen-test.R4.json', 'wrong_type at item[7].item[0].repeats'],
  ])('%s is refused: %s', (file, problem) => {
    expect(refused(file)).toContain(problem)
  })
})
