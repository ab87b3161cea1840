/** A submission as a file: FHIR and paper, for who filled it in and who reviews it. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { createCatalogue } from '../../sync-server/modules/forms/catalogue-service.ts'
import { createExports } from '../../sync-server/modules/forms/exports.ts'
import { pdfText } from '../harness/pdf-text.ts'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'

const HL7 = 'http://hl7.org/fhir/StructureDefinition/'
const spanish = (text: string) => ({
  extension: [
    {
      url: `${HL7}translation`,
      extension: [
        { url: 'lang', valueCode: 'es' },
        { url: 'content', valueString: text },
      ],
    },
  ],
})
const FORM = {
  resourceType: 'Questionnaire',
  url: 'https://example.org/wellbeing',
  title: 'Wellbeing',
  _title: spanish('Bienestar'),
  item: [
    {
      linkId: 'page',
      type: 'group',
      text: 'About you',
      item: [
        { linkId: 'words', type: 'text', text: 'In your words', _text: spanish('En sus palabras') },
        { linkId: 'names', type: 'string', text: 'Names', repeats: true },
        {
          linkId: 'skipped',
          type: 'string',
          text: 'Never asked',
          enableWhen: [{ question: 'words', operator: '=', answerString: 'x' }],
        },
        {
          linkId: 'sign',
          type: 'string',
          text: 'I agree',
          extension: [{ url: `${HL7}questionnaire-signatureRequired`, valueCodeableConcept: {} }],
        },
      ],
    },
  ],
}

describeOverDatabases('a submission as a file', (open) => {
  const practice = usePractice(open)

  it('is FHIR with every answer, and paper in the reader’s language; only who may read it gets it', async () => {
    const { database, replication, clock } = practice()
    const admin = await practice().account('admin')
    const catalogue = createCatalogue({ database, clock: { now: () => clock.time } })
    const { versionId } = expectOk(
      await catalogue.add(admin, {
        id: randomUUID(),
        key: 'wellbeing',
        kind: 'custom',
        forNewClients: false,
        questionnaire: FORM,
      }),
    )
    const client = await practice().client('Zoë Łukasik')
    const { clientId, actor } = client
    const { draftId } = expectOk(await practice().forms.assignForm(admin, { clientId, formKey: 'wellbeing' }))
    const id = randomUUID()
    const phone = await practice().device(client)
    await phone.push({
      id,
      collection: 'submissions',
      baseRev: 0,
      fields: {
        draftId,
        definitionId: versionId,
        submittedAt: clock.time,
        draftRev: 1,
        answers: {
          words: 'Un niño, ¿qué tal? Größe',
          'names[r1]': 'Ana',
          'names[r2]': 'Bo',
          sign: {
            drawing: 'M10 10L200 90',
            at: clock.time,
            statement: 'I agree',
            form: 'https://example.org/wellbeing|',
          },
        },
      },
    })
    const own = createExports({ replication }, 'client')
    const wanted = { clientId, submissionId: id }
    const resource = expectOk(await own.fhir(actor, wanted))
    expect(resource).toMatchObject({
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      questionnaire: 'https://example.org/wellbeing|1',
      subject: { reference: `Patient/${clientId}` },
      item: [
        {
          linkId: 'page',
          item: [
            { linkId: 'words', answer: [{ valueString: 'Un niño, ¿qué tal? Größe' }] },
            { linkId: 'names', answer: [{ valueString: 'Ana' }, { valueString: 'Bo' }] },
            { linkId: 'sign', answer: [{ valueString: 'Signed by hand' }] },
          ],
        },
      ],
    })
    const pdf = expectOk(await own.pdf(actor, wanted, 'es'))
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    const text = await pdfText(pdf)
    for (const words of [
      'Zoë Łukasik',
      'Bienestar',
      'En sus palabras',
      'Un niño, ¿qué tal? Größe',
      'Ana',
      'Firmado',
    ])
      expect(text).toContain(words)
    expect(text).not.toContain('Never asked')

    const clinician = await practice().account('clinician')
    const staff = createExports({ replication }, 'staff')
    for (const [service, who] of [
      [staff, clinician],
      [staff, await practice().account('front-desk')],
      [own, (await practice().client()).actor],
    ] as const) {
      expect(await service.fhir(who, wanted)).toMatchObject({ error: { code: 'not_found' } })
      expect(await service.pdf(who, wanted, 'en')).toMatchObject({ error: { code: 'not_found' } })
    }
    await database.prisma.clinicianAssignment.create({ data: { clientId, accountId: clinician.accountId } })
    expect(await pdfText(expectOk(await staff.pdf(clinician, wanted, 'en')))).toContain('Wellbeing')
  })
})
