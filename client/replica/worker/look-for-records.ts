/** Asks the clinic which records this account may open: after an unlock, at a sign-in, and when a link was accepted. */
import type { OpenRecord } from '../portal-session.ts'
import { recordsOf } from './account-card.ts'
import { requestAuthorized } from './authorized-request.ts'
import type { WorkerSession } from './worker-session.ts'

const PATH = '/api/v1/portal/access'

/** Null where the clinic does not answer: what was known stays. */
async function ask({ server, http }: WorkerSession): Promise<readonly OpenRecord[] | null> {
  const answer = await requestAuthorized(server, http, { method: 'GET', path: PATH })
  return answer === 'expired' || answer.status !== 200 ? null : recordsOf(answer.body)
}

/** Within a turn. */
export async function learnRecords(session: WorkerSession): Promise<void> {
  const { account } = session
  const records = account && (await ask(session))
  if (records && session.account === account) await account.learn(records)
}

/** Nobody waits for the clinic to lock or to sign out. */
export async function lookForRecords(session: WorkerSession): Promise<void> {
  const { account } = session
  const records = account && (await ask(session))
  if (!records) return
  await session.inTurn(async () => {
    if (session.account === account) await account.learn(records)
  })
}
