/**
 * The worker behind the page's port: signed out, locked, open, or staff. Puts the parts together: what it holds
 * (worker-session.ts), coming in (sign-in.ts), leaving (leave-device.ts), documents (document-calls.ts).
 */
import type { Person } from '../portal-session.ts'
import { type MessagePortLike, serveWorker, type WorkerCalls } from '../worker-port.ts'
import { askAtDoor } from './account-door.ts'
import { requestForPage } from './authorized-request.ts'
import { documentCalls } from './document-calls.ts'
import type { WorkerEnvironment } from './environment.ts'
import { tellFarewells } from './farewell.ts'
import { createFileFetch, readWhole } from './fetch-file.ts'
import { lockNow, renewNarrowed, signOut, toldByTab, wipe } from './leave-device.ts'
import { lookForRecords } from './look-for-records.ts'
import { finishByPassword, goOn, signInAgain, signInByPasskey, takeStep } from './next-step.ts'
import { adoptPerson, changePassword, readAccount } from './own-account.ts'
import { addPasskey, removePasskey } from './own-slots.ts'
import { signIn, unlock, unlockByPasskey } from './sign-in.ts'
import { storageSafe } from './storage-safe.ts'
import { ReplicaClosed } from './store-core.ts'
import { createWorkerSession, type WorkerSession } from './worker-session.ts'

/** Where the key ring could not be read. */
const LOOK_AGAIN_MS = 5_000

export interface ReplicaWorker {
  serve(port: MessagePortLike): void
  /** Stops everything; what is on the disk stays. */
  close(): Promise<void>
}

export function createReplicaWorker(environment: WorkerEnvironment): ReplicaWorker {
  const session: WorkerSession = createWorkerSession(environment, {
    idle: () => void calls.lock({ reason: 'idle' }),
    leaseEnded: () => void session.inTurn(() => lockNow(session, 'lease_ended')),
    revoked: (replica, what) => void session.inTurn(() => wipe(session, replica, what)),
    signInNeeded: (replica) =>
      void signInAgain(session, replica, () => session.inTurn(() => wipe(session, replica, 'device'))),
    tab: (replica, message) => void toldByTab(session, replica, message),
    otherKey: (replica) => void toldByTab(session, replica, { say: 'lock', reason: 'user' }),
    person: (person) => void session.inTurn(() => adoptPerson(session, person)).catch(() => {}),
    narrowed: (replica, grant) => void session.inTurn(() => renewNarrowed(session, replica, grant)),
    // Who looks after nobody learns at a sign-in, or from a link, that they do.
    contact: () => {
      const { person, records = [] } = session.view
      if (person?.role === 'proxy' || records.length > 1) void lookForRecords(session).catch(() => {})
    },
  })

  let forgetToLook = () => {}
  const lookAgain = (): Promise<void> =>
    session.inTurn(async () => {
      forgetToLook()
      if (await lookUp(session)) return
      // A process of a browser that crashed may still hold the databases: it goes by itself.
      forgetToLook = environment.setTimer(() => void lookAgain(), LOOK_AGAIN_MS)
    })

  const calls: WorkerCalls = {
    signIn: (input) => session.inTurn(() => storageSafe(() => signIn(session, input))),
    takeStep: (input) => session.inTurn(() => storageSafe(() => takeStep(session, input))),
    goOn: () => session.inTurn(() => storageSafe(() => goOn(session))),
    passkeyQuestion: () => session.server.passkeyQuestion(),
    signInByPasskey: (input) => session.inTurn(() => storageSafe(() => signInByPasskey(session, input))),
    finishByPassword: ({ password }) =>
      session.inTurn(() => storageSafe(() => finishByPassword(session, password))),
    unlock: ({ password }) => session.inTurn(() => storageSafe(() => unlock(session, password))),
    unlockByPasskey: (input) => session.inTurn(() => storageSafe(() => unlockByPasskey(session, input))),
    addPasskeySlot: (input) => session.inTurn(() => addPasskey(session, input)),
    removePasskeySlot: (input) => session.inTurn(() => removePasskey(session, input.credentialId)),
    lock: ({ reason }) => session.inTurn(() => lockNow(session, reason)),
    lookAgain,
    signOut: ({ force }) => session.inTurn(() => signOut(session, force)),
    readFile: ({ path }) => readWhole(createFileFetch(session.server, session.http), path),
    async request(input) {
      const answer = await requestForPage(session.server, session.http, input)
      if (answer !== 'expired') return answer
      if (session.view.state === 'staff') {
        await (await session.ring()).setStaffDevice(null)
        session.show({ state: 'empty', person: null })
      }
      return { status: 401, body: null }
    },
    changePassword: (input) => changePassword(session, input),
    readAccount: () => readAccount(session),
    askAccounts: (input) => askAtDoor(session.http, input),
    openRecord: ({ client }) => session.inTurn(async () => (await session.account?.turnTo(client)) ?? false),
    lookForRecords: () => lookForRecords(session),
    async nudge({ why }) {
      if (session.view.state === 'unreadable') await lookAgain()
      // Without a record no link would hear of one.
      if (session.account?.all.length === 0) void lookForRecords(session).catch(() => {})
      for (const replica of session.account?.all ?? []) {
        replica.nudge()
        if (why !== 'online') await replica.catchUp().catch(unlessClosed)
      }
    },
    async activity({ persisted }) {
      session.idle.active()
      for (const replica of session.account?.all ?? []) {
        replica.active()
        if (persisted !== undefined) replica.setPersisted(persisted)
      }
    },
    ...documentCalls(() => ({ replica: session.shown, opening: session.opening })),
  }

  return {
    serve(port) {
      session.postTo(serveWorker(port, calls))
      void lookAgain()
    },
    async close() {
      await session.inTurn(session.close)
      forgetToLook()
      await session.ring().then(
        (ring) => ring.close(),
        () => undefined,
      )
    },
  }
}

/** Who has signed in on this device? A key ring that cannot be read does not mean that nobody has: false. */
async function lookUp(session: WorkerSession): Promise<boolean> {
  const { state } = session.view
  if (state !== 'starting' && state !== 'unreadable') return true
  try {
    await begin(session)
    return true
  } catch (error) {
    const problem = error instanceof Error ? error.name : String(error)
    console.error('the key ring cannot be read', problem)
    session.show({ state: 'unreadable', person: null, problem })
    return false
  }
}

/** It was closed meanwhile, and shows nothing. */
const unlessClosed = (error: unknown): void => {
  if (!(error instanceof ReplicaClosed)) throw error
}

const isClients = ({ role }: Person) => role === 'client' || role === 'proxy'

async function begin(session: WorkerSession): Promise<void> {
  await showWhoIsHere(session)
  void tellFarewells(session)
}

async function showWhoIsHere(session: WorkerSession): Promise<void> {
  const ring = await session.ring()
  if (await ring.current()) return session.showLocked()
  const staff = (await ring.staffDevice()) !== undefined ? await session.server.resume() : 'expired'
  if (typeof staff === 'object' && !isClients(staff.person))
    session.show({ state: 'staff', person: staff.person })
  else session.show({ state: 'empty', person: null })
}
