/** A profile over the real write path: preferences of two devices merge entry by entry, the rest is the practice's. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Json } from '../../shared/kernel/json.ts'
import { describeOverDatabases, expectOk, type TestDevice, usePractice } from '../harness/practice.ts'

describeOverDatabases('profile', (open) => {
  const practice = usePractice(open)

  async function person() {
    const owner = await practice().client()
    const admin = await practice().account('admin')
    const id = randomUUID()
    const body = {
      name: 'Alex Rivera',
      email: 'a@test',
      practiceName: 'Test',
      practicePhone: '1',
      preferences: { language: 'en', 'notify.email': true },
    }
    const at = practice().clock.time
    expectOk(
      await practice().replication.commit({
        actor: admin,
        clientId: owner.clientId,
        action: 'test',
        permit: ['admin'],
        onDevice: false,
        run: ({ apply }) =>
          apply({
            collection: 'profile',
            documentId: id,
            baseRev: 0,
            edits: Object.entries(body).map(([field, value]) => ({ field, value, at })),
            by: 'server',
            writer: 'test',
          }),
      }),
    )
    const devices = [await practice().device(owner), await practice().device(owner)] as const
    return { ...owner, id, devices }
  }
  const put = async (device: TestDevice, id: string, fields: Record<string, Json>, baseRev = 1) =>
    (await device.push({ collection: 'profile', id, baseRev, fields })).answers[0]?.[4]

  it('takes what two devices chose offline, each for itself', async () => {
    const { id, devices } = await person()
    const [phone, laptop] = devices
    expect(await put(phone, id, { 'preferences/notify.message.sms': true })).toBeUndefined()
    expect(
      await put(laptop, id, { 'preferences/language': 'es', 'preferences/notify.form.email': false }),
    ).toBeUndefined()
    expect(await practice().document(phone, 'profile', id)).toMatchObject({
      name: 'Alex Rivera',
      preferences: {
        language: 'es',
        'notify.email': true,
        'notify.message.sms': true,
        'notify.form.email': false,
      },
    })
  })

  it('takes nothing else from a device, and nothing for somebody else', async () => {
    const { id, devices } = await person()
    const [phone] = devices
    const refused: Record<string, Json>[] = [
      { name: 'Somebody' },
      { practiceTimeZone: 'UTC' },
      { 'preferences/language': null },
      { 'preferences/language': 'xx' },
      { 'preferences/notify.security.email': false },
      { 'preferences/language': 'es', email: 'b@test' },
    ]
    for (const fields of refused)
      expect(await put(phone, id, fields), JSON.stringify(fields)).toBe('not_permitted')
    // A map is written entry by entry, or not at all.
    expect(await put(phone, id, { preferences: {} })).toBe('invalid_document')
    const stranger = await person()
    expect(await put(stranger.devices[0], id, { 'preferences/language': 'es' })).toBe('not_found')
    expect(await put(phone, randomUUID(), { 'preferences/language': 'es' }, 0)).toBe('not_found')
    expect(await practice().document(phone, 'profile', id)).toMatchObject({
      name: 'Alex Rivera',
      preferences: { language: 'en' },
    })
  })
})
