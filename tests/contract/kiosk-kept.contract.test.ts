/** What a tablet handed in and nobody could file, and what a tablet holds that is not taken: nothing of it is lost. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { describeOverDatabases, expectOk, usePractice } from '../harness/practice.ts'
import { CALLER, REPORT, useWaitingRoom } from '../harness/waiting-room.ts'

describeOverDatabases('answers of a tablet that could not be filed', (open) => {
  const practice = usePractice(open)
  const { arming, audited, armed, boxOf, door, draftOf, enrolled, handIn, kept, openedOf, tablets } =
    useWaitingRoom(practice)

  async function keptVisit() {
    const made = await armed()
    const mine = await openedOf(made.key, made.visit.code)
    const place = { clientId: made.client.clientId, visitId: mine.visit, draftId: mine.form.draftId }
    return { ...made, mine, place }
  }
  const listed = async (desk: Awaited<ReturnType<typeof armed>>['desk'], visitId: string) =>
    expectOk(await kept().list(desk)).filter((one) => one.visitId === visitId)

  it('[K14] a form that is gone: what was typed goes into a new copy, and a visit that is armed again opens that', async () => {
    const { desk, key, mine, place, client, id } = await keptVisit()
    await practice().database.prisma.formDraft.updateMany({
      where: { clientId: client.clientId, id: place.draftId },
      data: { deleted: true },
    })
    const typed = await boxOf(mine, 1, { mood: 'typed at the tablet', sleep: 6 })
    expect(expectOk(await handIn(key, mine, 1, typed)).outcome).toBe('kept')
    expect(await listed(desk, mine.visit)).toMatchObject([
      { ...place, problem: 'not-filed', formKey: 'small', tabletId: id, language: 'en' },
    ])
    expect(expectOk(await tablets().list(desk)).items.find((one) => one.id === id)?.kept).toBe(1)
    const { draftId } = expectOk(await kept().file(desk, place))
    expect(await draftOf(client, draftId)).toMatchObject({
      status: 'draft',
      answers: { mood: 'typed at the tablet', sleep: 6 },
    })
    expect(await listed(desk, mine.visit)).toEqual([])
    expect(await kept().file(desk, place)).toMatchObject({ error: { code: 'not_found' } })
    const arm = { clientId: client.clientId, tabletId: id, formKeys: ['small'], language: 'en', minutes: 10 }
    const again = await openedOf(key, expectOk(await arming().arm(desk, arm)).code)
    expect(again.form).toMatchObject({ draftId, answers: { mood: 'typed at the tablet', sleep: 6 } })
    const row = await practice().database.prisma.kioskAnswer.findFirstOrThrow({ where: place })
    expect(row).toMatchObject({ kept: null, reason: null })
    const filed = (await audited('kiosk.kept-filed')).filter(({ clientId }) => clientId === client.clientId)
    expect(filed.map(({ outcome, documentId }) => [outcome, documentId])).toContainEqual(['allowed', draftId])
  })

  it('[K14] a submission that is refused leaves its answers in the draft, and staff are told that', async () => {
    const { desk, key, mine, client, place } = await keptVisit()
    const submission = {
      ...{ id: randomUUID(), definitionId: randomUUID(), submittedAt: practice().clock.time },
      answers: { mood: 'x' },
    }
    const box = await boxOf(mine, 1, { mood: 'typed' }, { submission })
    expect(expectOk(await handIn(key, mine, 1, box)).outcome).toBe('kept')
    expect(await listed(desk, mine.visit)).toMatchObject([{ problem: 'not-handed-in' }])
    expect(await draftOf(client, place.draftId)).toMatchObject({ answers: { mood: 'typed' } })
  })

  it('[K14] a box that does not open stays as it came, also when staff have seen to it; a later one takes its place', async () => {
    const { desk, key, mine, place, id } = await keptVisit()
    const elsewhere = await boxOf(mine, 1, { mood: 'moved' })
    expect(expectOk(await handIn(key, mine, 2, elsewhere)).outcome).toBe('kept')
    expect(await listed(desk, mine.visit)).toMatchObject([{ problem: 'unreadable' }])
    expect(await kept().file(desk, place)).toMatchObject({ error: { code: 'unreadable' } })
    expectOk(await kept().settle(desk, place))
    expect(await listed(desk, mine.visit)).toEqual([])
    expect(expectOk(await tablets().list(desk)).items.find((one) => one.id === id)?.kept).toBe(0)
    const row = () => practice().database.prisma.kioskAnswer.findFirstOrThrow({ where: place })
    expect(Buffer.from((await row()).kept ?? [])).toEqual(Buffer.from(elsewhere))
    // Another one that does not open waits for them anew.
    expect(expectOk(await handIn(key, mine, 3, elsewhere)).outcome).toBe('kept')
    expect(await listed(desk, mine.visit)).toHaveLength(1)
    expect(expectOk(await handIn(key, mine, 4, await boxOf(mine, 4, { mood: 'well' }))).outcome).toBe(
      'received',
    )
    expect(await listed(desk, mine.visit)).toEqual([])
  })

  it('[K14] nobody but the practice’s front desk sees or touches it', async () => {
    const { key, mine, place } = await keptVisit()
    await handIn(key, mine, 2, await boxOf(mine, 1, { mood: 'moved' }))
    const clinician = await practice().account('clinician')
    expect(await kept().list(clinician)).toMatchObject({ error: { code: 'not_permitted' } })
    for (const act of [kept().file, kept().settle])
      expect(await act(clinician, place)).toMatchObject({ error: { code: 'not_found' } })
  })

  it('[K15] a tablet that is to leave keeps what is not taken, until staff say why it goes anyway', async () => {
    const { desk, key, id } = await enrolled()
    expectOk(await tablets().remove(desk, id, undefined))
    const holds = { ...REPORT, unsent: 1, refused: 1 }
    expect(expectOk(await door().sync(key, holds, CALLER))).toMatchObject({ leave: true, giveUp: false })
    const shown = async () => expectOk(await tablets().list(desk)).items.find((one) => one.id === id)
    expect(await shown()).toMatchObject({ leaving: true, unsent: 1, refused: 1 })
    expect(await tablets().remove(desk, id, undefined)).toMatchObject({ error: { code: 'wrong_state' } })
    expect(expectOk(await door().sync(key, holds, CALLER)).giveUp).toBe(false)
    expectOk(await tablets().remove(desk, id, 'The client filled it in anew'))
    expect(expectOk(await door().sync(key, holds, CALLER)).giveUp).toBe(true)
  })
})
