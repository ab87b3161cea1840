/** The catalogue over both databases: checking, publishing, versions that never change, and drafts that move on. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import type { Json } from '../../shared/kernel/json.ts'
import { createCatalogue } from '../../sync-server/modules/forms/catalogue-service.ts'
import { createClientForms } from '../../sync-server/modules/forms/client-forms.ts'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'

const form = (...item: Json[]): Json => ({ resourceType: 'Questionnaire', title: 'Sleep diary', item })
const hours = { linkId: 'hours', type: 'integer', text: 'Hours of sleep' }
const fax = { linkId: 'fax', type: 'string', text: 'Fax' }
const dreams = { linkId: 'dreams', type: 'text', text: 'Dreams' }

describeOverDatabases('the catalogue of forms', (open) => {
  const practice = usePractice(open)
  const services = () => ({
    catalogue: createCatalogue({
      database: practice().database,
      clock: { now: () => practice().clock.time },
    }),
    ofClients: createClientForms({ replication: practice().replication }),
  })
  const published = async (key: string, questionnaire: Json) => {
    const admin = await practice().account('admin')
    const added = await services().catalogue.add(admin, {
      id: randomUUID(),
      key,
      kind: 'custom',
      forNewClients: false,
      questionnaire,
    })
    return { admin, ...expectOk(added) }
  }

  it('names everything that is wrong with a form at once, by element and path, and publishes none of it', async () => {
    const { catalogue } = services()
    const admin = await practice().account('admin')
    const broken = form(
      { linkId: 'a', type: 'reference', text: 'Who?' },
      { linkId: 'b', type: 'choice', text: 'Which?' },
    )
    const check = expectOk(await catalogue.check(admin, broken))
    expect(check.problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'unsupported_type item[0].type',
      'no_options item[1]',
    ])
    const refused = await catalogue.add(admin, {
      id: randomUUID(),
      key: 'broken',
      kind: 'custom',
      forNewClients: false,
      questionnaire: broken,
    })
    expect(refused).toMatchObject({ error: { code: 'invalid_document' } })
    expect(JSON.stringify(refused)).toMatch(/item\[0\]\.type.*item\[1\]/)
    expect(expectOk(await catalogue.list(admin)).map(({ key }) => key)).not.toContain('broken')
    const untitled = expectOk(await catalogue.check(admin, { resourceType: 'Questionnaire', item: [hours] }))
    expect(untitled.problems).toMatchObject([{ code: 'no_title', path: 'title' }])
  })

  it('only an admin publishes; another practice’s forms are not there', async () => {
    const { catalogue } = services()
    const { formId, versionId } = await published('sleep-roles', form(hours))
    for (const role of ['clinician', 'front-desk'] as const) {
      const actor = await practice().account(role)
      expect(await catalogue.check(actor, form(hours))).toMatchObject({ error: { code: 'not_permitted' } })
      expect(await catalogue.addVersion(actor, formId, { questionnaire: form(fax), after: 1 })).toMatchObject(
        { error: { code: 'not_permitted' } },
      )
      expect(expectOk(await catalogue.version(actor, versionId)).version).toBe(1)
    }
    const { prisma } = practice().database
    const other = randomUUID()
    await prisma.practice.create({ data: { id: other, name: 'Other', timeZone: 'UTC', phone: '2' } })
    const account = await practice().account('admin')
    await prisma.portalAccount.update({ where: { id: account.accountId }, data: { practiceId: other } })
    expect(await catalogue.version(account, versionId)).toMatchObject({ error: { code: 'not_found' } })
    expect(await catalogue.set(account, formId, { active: false, forNewClients: false })).toMatchObject({
      error: { code: 'not_found' },
    })
    expect(expectOk(await catalogue.list(account))).toEqual([])
  })

  it('publishes versions one after the other; asked twice, or after a colleague, nothing is written over', async () => {
    const { catalogue } = services()
    const { admin, formId } = await published('sleep', form(hours))
    const second = { questionnaire: form(hours, dreams), after: 1 }
    expect(expectOk(await catalogue.addVersion(admin, formId, second)).version).toBe(2)
    expect(await catalogue.addVersion(admin, formId, second)).toMatchObject({
      error: { code: 'wrong_state' },
    })
    expect(await catalogue.addVersion(admin, formId, { questionnaire: form(fax), after: 1 })).toMatchObject({
      error: { code: 'stale_revision' },
    })
    const again = await catalogue.add(admin, {
      id: randomUUID(),
      key: 'sleep',
      kind: 'custom',
      forNewClients: false,
      questionnaire: form(fax),
    })
    expect(again).toMatchObject({ error: { code: 'already_exists' } })
    const listed = expectOk(await catalogue.list(admin)).find(({ id }) => id === formId)
    expect(listed?.versions.map(({ version }) => version)).toEqual([2, 1])
  })

  it('an inactive form cannot be given to anybody', async () => {
    const { catalogue } = services()
    const { admin, formId } = await published('retired', form(hours))
    await catalogue.set(admin, formId, { active: false, forNewClients: true })
    const client = await practice().client()
    const { clientId } = client
    expect(await practice().forms.assignForm(admin, { clientId, formKey: 'retired' })).toMatchObject({
      error: { code: 'not_found' },
    })
  })

  it('a draft stays with its version until it is moved; every answer stays in it', async () => {
    const { catalogue, ofClients } = services()
    const { admin, formId, versionId } = await published('moving', form(hours, fax))
    const client = await practice().client()
    const { clientId, actor } = client
    const { draftId } = expectOk(await practice().forms.assignForm(admin, { clientId, formKey: 'moving' }))
    const phone = await practice().device(client)
    await phone.push({ id: draftId, baseRev: 1, fields: { 'answers/hours': 7, 'answers/fax': '555' } })
    expect(expectOk(await ofClients.newer(actor, clientId, draftId)).definition).toBeNull()
    const next = expectOk(
      await catalogue.addVersion(admin, formId, { questionnaire: form(hours, dreams), after: 1 }),
    )
    expect(expectOk(await ofClients.newer(actor, clientId, draftId)).definition?.id).toBe(next.versionId)
    const unknown = await ofClients.move(actor, clientId, { draftId, definitionId: randomUUID() })
    expect(unknown).toMatchObject({ error: { code: 'not_found' } })
    const other = await published('not-this-form', form(hours))
    const foreignForm = await ofClients.move(actor, clientId, { draftId, definitionId: other.versionId })
    expect(foreignForm).toMatchObject({ error: { code: 'stale_revision' } })
    const before = (await practice().document(phone, 'drafts', draftId)) as unknown as Draft
    expect(before.definitionId).toBe(versionId)

    const moved = await ofClients.move(actor, clientId, { draftId, definitionId: next.versionId })
    expect(expectOk(moved)).toMatchObject({ definitionId: next.versionId, answers: { hours: 7, fax: '555' } })
    const after = (await practice().document(phone, 'drafts', draftId)) as unknown as Draft
    expect(after).toMatchObject({ definitionId: next.versionId, answers: { hours: 7, fax: '555' } })
    expect(await practice().document(phone, 'definitions', next.versionId)).toMatchObject({ version: 2 })
    // Asked twice, it moves once.
    expectOk(await ofClients.move(actor, clientId, { draftId, definitionId: next.versionId }))

    const asked = expectOk(await ofClients.ofClient(admin, clientId))
    expect(asked.assigned).toMatchObject([{ id: draftId, version: 2, status: 'draft' }])
    expect(JSON.stringify(asked)).not.toContain('555')
    const foreign = await practice().client()
    expect(await ofClients.newer(foreign.actor, clientId, draftId)).toMatchObject({
      error: { code: 'not_found' },
    })
  })
})
