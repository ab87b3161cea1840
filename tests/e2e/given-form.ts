/** A form of the test's own, published by the practice and given to the demo's client. Returns the way to publish the next version. */
import { signIn } from '../harness/sign-in.ts'
import { expect } from './portal-test.ts'
import { ALEX } from './waiting-room.ts'

export async function giveForm(
  url: string,
  key: string,
  questionnaire: object,
): Promise<(newer: object) => Promise<void>> {
  const admin = await signIn(url, 'admin@demo.test')
  const post = async (path: string, body: unknown) => {
    const answer = await admin.fetch(`/api/v1/staff/${path}`, { method: 'POST', body })
    expect(answer.status, answer.text).toBeLessThan(300)
    return answer.body
  }
  const { formId } = await post('forms', { key, kind: 'custom', forNewClients: false, questionnaire })
  const { items } = await post('accounts/search', { search: ALEX.name })
  const client = (items as { clientId: string }[])[0]?.clientId
  await post(`clients/${client}/forms`, { formKey: key })
  return async (newer) => {
    await post(`forms/${formId}/versions`, { questionnaire: newer, after: 1 })
  }
}
