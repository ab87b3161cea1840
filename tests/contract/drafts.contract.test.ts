/** One draft on two devices, over both databases: what merges, what is contested, and how that is settled. */
import { expect, it } from 'vitest'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import type { PushAnswer } from '../../shared/protocol/messages.ts'
import { OUTCOMES } from '../../shared/protocol/terms.ts'
import { describeOverDatabases, usePractice } from '../harness/practice.ts'

const outcome = (answer: PushAnswer, index = 0) => {
  const item = answer.answers[index]
  return item && (item[4] ?? OUTCOMES[item[1]])
}

describeOverDatabases('drafts', (open) => {
  const practice = usePractice(open)
  const setUp = async () => {
    const client = await practice().client()
    const draftId = await practice().assign(client.clientId)
    const phone = await practice().device(client, 'Phone')
    const tablet = await practice().device(client, 'Tablet')
    const draft = async () =>
      (await practice().document(phone, 'drafts', draftId)) as unknown as Draft | undefined
    return { draftId, phone, tablet, draft }
  }

  it('[M2] two devices that answer different questions offline both keep theirs', async () => {
    const { draftId, phone, tablet, draft } = await setUp()
    await phone.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'fine' } })
    const answer = await tablet.push({ id: draftId, baseRev: 1, fields: { 'answers/sleep': 7 } })
    expect(outcome(answer)).toBe('ok')
    expect(await draft()).toMatchObject({
      answers: { mood: 'fine', sleep: 7 },
      contested: {},
      status: 'draft',
    })
  })

  for (const first of ['phone', 'tablet'] as const)
    it(`[M3] [M9] [M12] the newest answer wins and the other stays visible (${first} first)`, async () => {
      const { draftId, phone, tablet, draft } = await setUp()
      const at = practice().clock.time
      const edits = [
        () => phone.push({ id: draftId, baseRev: 1, at: at - 2_000, fields: { 'answers/mood': 'phone' } }),
        () => tablet.push({ id: draftId, baseRev: 1, at: at - 1_000, fields: { 'answers/mood': 'tablet' } }),
      ]
      const answers = []
      for (const edit of first === 'phone' ? edits : edits.reverse()) answers.push(await edit())
      expect(outcome(answers[1] as PushAnswer)).toBe('conflict-kept')
      expect(await draft()).toMatchObject({
        answers: { mood: 'tablet' },
        contested: {
          mood: [{ value: 'phone', device: phone.actor.deviceId, deviceName: 'Phone', at: at - 2_000 }],
        },
      })
      // The writer that met the conflict gets the document as it is now.
      const told = answers[1]?.changes.rows.find((row) => row[1] === draftId)
      expect(JSON.stringify(told)).toContain('contested')
    })

  it('[M11] choosing the other answer settles the question; a dismissal of what was not seen does not', async () => {
    const { draftId, phone, tablet, draft } = await setUp()
    const at = practice().clock.time
    await phone.push({ id: draftId, baseRev: 1, at: at - 2, fields: { 'answers/mood': 'phone' } })
    await tablet.push({ id: draftId, baseRev: 1, at: at - 1, fields: { 'answers/mood': 'tablet' } })
    const blind = await phone.push({ id: draftId, baseRev: 2, at, fields: { 'contested/mood': null } })
    expect(outcome(blind)).toBe('conflict-kept')
    expect((await draft())?.contested.mood).toHaveLength(1)
    const answer = await phone.push({
      id: draftId,
      baseRev: 3,
      at: at + 1,
      fields: { 'answers/mood': 'phone', 'contested/mood': null },
    })
    expect(outcome(answer)).toBe('ok')
    expect(await draft()).toMatchObject({ answers: { mood: 'phone' }, contested: {} })
    const kept = await practice().database.prisma.fieldHistory.count({
      where: { clientId: phone.clientId, documentId: draftId },
    })
    expect(kept).toBeGreaterThanOrEqual(2)
  })

  it('[M6] long text of two devices merges by words, also for what a device wrote on after its first edit', async () => {
    const { draftId, phone, tablet, draft } = await setUp()
    const base = 'It began in spring. Then I slept badly. Now it is better.'
    const fields = (story: string) => ({ 'answers/story': story })
    await phone.push({ id: draftId, baseRev: 1, fields: fields(base) })
    await phone.push({ id: draftId, baseRev: 2, fields: fields(base.replace('spring', 'early spring')) })
    const answer = await tablet.push(
      { id: draftId, baseRev: 2, fields: fields(base.replace('badly', 'very badly')) },
      { id: draftId, baseRev: 2, fields: fields(`${base.replace('badly', 'very badly')} Much better.`) },
    )
    expect([outcome(answer, 0), outcome(answer, 1)]).toEqual(['merged', 'merged'])
    expect((await draft())?.answers.story).toBe(
      'It began in early spring. Then I slept very badly. Now it is better. Much better.',
    )
    expect((await draft())?.contested).toEqual({})
  })
})
