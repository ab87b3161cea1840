/**
 * The account of whoever is signed in here: another password, and an address that was changed somewhere. The server
 * goes first; then this device follows, so that what opens it is what opens the account. Where the device dies in
 * between, the old password still opens it and the next sign-in puts that right. SPEC: client/replica/SPEC.md, R42.
 */
import { changeSlot } from '../../keys/change-slots.ts'
import type { AccountAnswer, NewPassword, Person } from '../portal-session.ts'
import { requestAuthorized } from './authorized-request.ts'
import type { WorkerSession } from './worker-session.ts'

const EXPIRED: AccountAnswer = { status: 401, body: null }

const audienceOf = ({ view }: WorkerSession) => (view.state === 'staff' ? 'staff' : 'portal')

/** Waits for the server out of turn: locking never waits for a network. */
export async function changePassword(session: WorkerSession, given: NewPassword): Promise<AccountAnswer> {
  const path = `/api/v1/${audienceOf(session)}/auth/change-password`
  const answer = await requestAuthorized(session.server, session.http, { method: 'POST', path, body: given })
  if (answer === 'expired') return EXPIRED
  if (answer.status === 204) await session.inTurn(() => follow(session, given.newPassword))
  return answer
}

async function follow(session: WorkerSession, password: string): Promise<void> {
  const { account, openedKey, environment } = session
  // Locked meanwhile: as if the device had died.
  if (account === null || openedKey === null) return
  await changeSlot(await session.ring(), account.entry, openedKey, password, environment.random)
  if (session.credentials !== null) session.credentials = { ...session.credentials, password }
}

/** Name, address and what waits to be confirmed, as the server has them; this device takes them over. */
export async function readAccount(session: WorkerSession): Promise<AccountAnswer> {
  const path = `/api/v1/${audienceOf(session)}/auth/account`
  const answer = await requestAuthorized(session.server, session.http, { method: 'GET', path })
  if (answer === 'expired') return EXPIRED
  const { person } = session.view
  const email: unknown = Reflect.get(Object(answer.body), 'email')
  if (answer.status === 200 && person !== null && typeof email === 'string')
    await session.inTurn(() => adoptPerson(session, { ...person, email }))
  return answer
}

/** The server's word on who is signed in: name and address may be others than this device remembers. */
export async function adoptPerson(session: WorkerSession, person: Person): Promise<void> {
  const { view, account } = session
  const known = view.person
  if (known === null || known.accountId !== person.accountId) return
  if (known.email === person.email && known.name === person.name) return
  const now = { ...known, email: person.email, name: person.name }
  if (account !== null) {
    const ring = await session.ring()
    const emailHash = await ring.hashEmail(person.email)
    await ring.update(account.entry.id, (entry) => ({ ...entry, emailHash }))
    await account.adopt(now)
    if (session.account !== account) return
  }
  session.show({ ...view, person: now })
}
