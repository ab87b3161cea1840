/** Real instruments of the catalogue, submitted: the server's own score and flags, and the order of the inbox. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { OUTCOMES } from '../../shared/protocol/terms.ts'
import { describeOverDatabases, expectOk, MIGRATIONS, usePractice } from '../harness/practice.ts'

const NOT_AT_ALL = 'LA6568-5'
const NEARLY_EVERY_DAY = 'LA6571-9'

describeOverDatabases('instruments', (open) => {
  const practice = usePractice(open)

  it('[V8.2.3] [V15.3.1] PHQ-9 is scored and flagged by the server, flagged submissions come first, the client sees neither', async () => {
    const { prisma } = practice().database
    const { practiceId } = await practice().account('front-desk')
    const formId = randomUUID()
    const definitionId = randomUUID()
    const questionnaire = JSON.parse(readFileSync(join(MIGRATIONS, '../catalogue/phq-9.json'), 'utf8'))
    await prisma.form.create({
      data: { id: formId, practiceId, key: 'phq-9', kind: 'symptom-checklist', title: 'PHQ-9' },
    })
    await prisma.formVersion.create({
      data: { id: definitionId, formId, version: 1, title: 'PHQ-9', questionnaire },
    })
    const clinician = await practice().account('clinician')
    const client = await practice().client()
    const { clientId } = client
    await prisma.clinicianAssignment.create({ data: { clientId, accountId: clinician.accountId } })
    const phone = await practice().device(client)

    const submit = async (ninth: string) => {
      const draftId = expectOk(
        await practice().forms.assignForm(clinician, { clientId, formKey: 'phq-9' }),
      ).draftId
      const answers = Object.fromEntries(
        Array.from({ length: 9 }, (_, index) => [
          `phq9-${index + 1}`,
          index === 8 ? ninth : NEARLY_EVERY_DAY,
        ]),
      )
      const id = randomUUID()
      const { answers: results } = await phone.push({
        id,
        collection: 'submissions',
        baseRev: 0,
        fields: { draftId, definitionId, answers, submittedAt: practice().clock.time, draftRev: 1 },
      })
      expect(results.map((result) => result[4] ?? OUTCOMES[result[1]])).toEqual(['ok'])
      practice().clock.time += 1_000
      return id
    }
    const flagged = await submit('LA6569-3')
    const later = await submit(NOT_AT_ALL)

    const first = expectOk(await practice().staff.inbox(clinician, { limit: 1 }))
    expect(first.items).toMatchObject([{ submissionId: flagged, flagged: true, title: 'PHQ-9' }])
    const second = expectOk(await practice().staff.inbox(clinician, { limit: 1, cursor: String(first.next) }))
    expect(second).toMatchObject({ items: [{ submissionId: later, flagged: false }], next: null })
    const seen = expectOk(await practice().staff.submission(clinician, clientId, flagged))
    expect(seen.scores).toMatchObject([{ value: 25, complete: true, band: { code: 'severe' } }])
    expect(seen.flags).toMatchObject([{ linkId: 'phq9-9' }])
    const own = await practice().document(phone, 'submissions', flagged)
    expect(JSON.stringify(own)).not.toMatch(/flag|score|192\.0\.2/)
  })
})
