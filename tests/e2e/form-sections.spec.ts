/** Through a form section by section: nobody is led past one that is open, nor into one that has nothing to ask. */
import { openForm } from './filling.ts'
import { giveForm } from './given-form.ts'
import { expect, signIn, test, unlock } from './portal-test.ts'

const FORM = {
  resourceType: 'Questionnaire',
  title: 'Household',
  item: [
    {
      ...{ linkId: 'people', type: 'group', text: 'People' },
      item: [
        {
          ...{ linkId: 'person', type: 'group', repeats: true, text: 'Person' },
          item: [{ linkId: 'name', type: 'string', text: 'Name' }],
        },
      ],
    },
    {
      ...{ linkId: 'pets', type: 'group', text: 'Pets' },
      item: [{ linkId: 'pet', type: 'boolean', text: 'Have you a pet?' }],
    },
    {
      ...{ linkId: 'about', type: 'group', text: 'About your pet' },
      enableWhen: [{ question: 'pet', operator: '=', answerBoolean: true }],
      item: [{ linkId: 'kind', type: 'string', text: 'What is it?' }],
    },
    {
      ...{ linkId: 'home', type: 'group', text: 'Home' },
      item: [
        { linkId: 'rooms', type: 'integer', text: 'How many rooms?' },
        {
          ...{ linkId: 'twice', type: 'integer', text: 'Twice as many', readOnly: true },
          extension: [
            {
              url: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression',
              valueExpression: {
                language: 'text/fhirpath',
                expression: "%resource.item.item.where(linkId='rooms').answer.value * 2",
              },
            },
          ],
        },
      ],
    },
  ],
}

/** For nobody who has not said so before: its only section is skipped. */
const SKIPPED = {
  resourceType: 'Questionnaire',
  title: 'Stairs',
  item: [
    {
      ...{ linkId: 'stairs', type: 'boolean', text: 'Stairs' },
      extension: [
        { url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-hidden', valueBoolean: true },
      ],
    },
    {
      ...{ linkId: 'house', type: 'group', text: 'House' },
      enableWhen: [{ question: 'stairs', operator: '=', answerBoolean: true }],
      item: [{ linkId: 'steps', type: 'integer', text: 'How many steps?' }],
    },
  ],
}

/** Units of which one has no words of its own; lists within lists. */
const FAMILY = {
  resourceType: 'Questionnaire',
  title: 'Family medicines',
  item: [
    {
      ...{ linkId: 'family', type: 'group', repeats: true, text: 'Person' },
      item: [
        { linkId: 'nickname', type: 'string', repeats: true, text: 'Nickname' },
        {
          ...{ linkId: 'medicine', type: 'group', repeats: true, text: 'Medicine' },
          item: [
            {
              ...{ linkId: 'dose', type: 'quantity', text: 'Dose' },
              extension: [{ code: 'mg' }, { code: '{pill}', display: 'pills' }].map((valueCoding) => ({
                url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption',
                valueCoding,
              })),
            },
          ],
        },
      ],
    },
  ],
}

/** The same with one of the two units. */
const WITHOUT_MG = JSON.parse(
  JSON.stringify(FAMILY, (_, value) =>
    Array.isArray(value) ? value.filter((each) => each?.valueCoding?.code !== 'mg') : value,
  ),
) as object

test('a list with no row yet is open, and a skipped section is not on the way', async ({
  portal,
  launch,
}) => {
  await giveForm(portal.url, 'household', FORM)
  const page = (await launch({ viewport: { width: 360, height: 740 } })).page
  await signIn(page, portal.url, 'client@demo.test')
  await openForm(page, 'Household')
  await expect(page.getByText('0 of 3 sections completed')).toBeVisible()
  await expect(page.getByRole('link', { name: /^People/ })).toContainText('Not started')
  await expect(page.getByRole('link', { name: /^About your pet/ })).toHaveCount(0)
  await page.getByRole('link', { name: 'Start now' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'People' })).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('radio', { name: 'No', exact: true }).check()
  await expect(page.getByText('Section 2 of 3')).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible()
  await expect(page.getByText('Section 3 of 3')).toBeVisible()
  await page.getByRole('button', { name: 'Back' }).click()
  // An answer opens the section, and from then on it is on the way.
  await page.getByRole('radio', { name: 'Yes', exact: true }).check()
  await expect(page.getByText('Section 2 of 4')).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'About your pet' })).toBeVisible()
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('radio', { name: 'No', exact: true }).check()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('textbox', { name: /How many rooms/ }).fill('3')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Check your answers' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'People' })).toContainText('Not answered')
  await expect(page.getByRole('region', { name: 'About your pet' })).toHaveCount(0)
  // What the form comes to itself is read and not changed; a change leads to the very question.
  await expect(page.getByRole('region', { name: 'Home' })).toContainText('Twice as many')
  await expect(page.getByRole('link', { name: 'Change: Twice as many' })).toHaveCount(0)
  await page.getByRole('link', { name: 'Change: How many rooms?' }).click()
  await expect(page.getByRole('textbox', { name: /How many rooms/ })).toBeFocused()
})

test('a form with every section skipped leads to its check, and from there to its beginning', async ({
  portal,
  launch,
}) => {
  await giveForm(portal.url, 'stairs', SKIPPED)
  const page = (await launch({ viewport: { width: 360, height: 740 } })).page
  await signIn(page, portal.url, 'client@demo.test')
  await openForm(page, 'Stairs')
  await expect(page.getByRole('link', { name: 'Start now' })).toHaveCount(0)
  await page.getByRole('link', { name: 'Check your answers' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Check your answers' })).toBeVisible()
  await page.getByRole('link', { name: 'Back', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Stairs' })).toBeVisible()
})

test('a button in a list within a list says whose row it takes away, and a unit is chosen by nobody but the client', async ({
  portal,
  launch,
}) => {
  const publish = await giveForm(portal.url, 'family', FAMILY)
  const page = (await launch({ viewport: { width: 360, height: 740 } })).page
  await signIn(page, portal.url, 'client@demo.test')
  await openForm(page, 'Family medicines')
  await page.getByRole('link', { name: 'Start now' }).click()
  await page.getByRole('button', { name: 'Add: Person' }).click()
  await page.getByRole('button', { name: 'Add another: Person' }).click()
  const second = page.getByRole('group', { name: 'Person 2', exact: true })
  await second.getByRole('button', { name: 'Add: Medicine' }).click()
  await second.getByRole('textbox', { name: /Nickname/ }).fill('Bo')
  await expect(page.getByRole('button', { name: 'Remove Person 2, Medicine 1', exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Remove Person 2, Nickname 1', exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Remove Person 2', exact: true })).toBeVisible()

  const unit = second.getByRole('combobox', { name: 'Unit' })
  await expect(unit).toHaveValue('')
  await second.getByRole('textbox', { name: /Dose/ }).fill('5')
  await expect(unit).toHaveValue('')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('link', { name: /Choose a unit/ })).toBeVisible()
  await unit.selectOption('mg')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('region', { name: 'Person' })).toContainText('5 mg')

  // Moved to a version without that unit, the number is not taken for as many of the other.
  await publish(WITHOUT_MG)
  await page.reload()
  await unlock(page)
  await openForm(page, 'Family medicines')
  await page.getByRole('button', { name: 'See what is different' }).click()
  await page.getByRole('button', { name: 'Move to the newer version' }).click()
  await expect(page.getByRole('button', { name: 'Move to the newer version' })).toHaveCount(0)
  await page
    .getByRole('link', { name: /^Person/ })
    .first()
    .click()
  await expect(second.getByRole('textbox', { name: /Dose/ })).toHaveValue('5')
  await expect(unit).toHaveValue('')
  await unit.selectOption('pills')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('region', { name: 'Person' })).toContainText('5 pills')
})
