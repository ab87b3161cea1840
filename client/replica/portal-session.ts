/**
 * What the page may know and ask: the facade over the worker. Keys, tokens, crypto, Dexie, outbox and socket live in
 * the worker; the page holds RxDB over an in-memory index. No function here returns a key or a token.
 */
import type { Observable } from 'rxjs'
import type { CollectionName } from '../../shared/protocol/collections.ts'
import type { ErrorCode } from '../../shared/protocol/errors.ts'
import type { AttachmentsView, ChosenFile, FileAnswer, FileOf, FilesView, FileTrouble } from './file-views.ts'
import type { ReplicaDatabase } from './replica-database.ts'

/**
 * `empty`: nobody has signed in on this device. `locked`: a replica exists, its key does not. `open`: readable.
 * `staff`: a staff session, which has no replica. `unreadable`: the browser does not let this device's key ring be read, so
 * it is not known whether anybody has signed in here.
 */
export type SessionState = 'starting' | 'empty' | 'locked' | 'open' | 'staff' | 'unreadable'

export interface Person {
  readonly accountId: string
  readonly role: 'client' | 'proxy' | 'clinician' | 'front-desk' | 'admin'
  readonly name: string
  readonly email: string
  /** The own record; absent for staff, and for who only looks after others. */
  readonly clientId?: string
}

/** A record that this account may open. */
export interface OpenRecord {
  readonly client: string
  readonly name: string
  readonly own: boolean
  /** As `area:level`; of the own record none is said, for it is the whole. */
  readonly scopes: readonly string[]
  /** ms; null: until it is ended. */
  readonly until: number | null
}

/** What using a passkey gave; the id in base64url. */
export interface PasskeyOutput {
  readonly credentialId: string
  readonly prf: Uint8Array
}

/** `PublicKeyCredentialRequestOptionsJSON` of WebAuthn: what a passkey is asked. */
export type PasskeyQuestion = Readonly<Record<string, unknown>>
export type FactorKind = 'totp' | 'passkey' | 'recovery-code'

/** What the clinic asks for after the password. */
export interface NextStep {
  readonly factors: readonly FactorKind[]
  readonly passkey?: PasskeyQuestion
}
export interface GivenStep {
  readonly kind: FactorKind
  /** The code, or the passkey's answer as JSON. */
  readonly value: string
  /** Do not ask again on this device for 30 days. */
  readonly remember: boolean
}
/** A passkey was used to sign in: its answer as JSON, and what it gave for `PRF_INPUT` where it can. */
export interface UsedPasskey {
  readonly answer: string
  readonly output?: PasskeyOutput
}
/**
 * `one_more_factor`: `takeStep` goes on. `set_up_needed`: nothing opens before a second factor is set up; then `goOn`.
 * `password_needed`: signed in by a passkey that cannot keep a device's key; `finishByPassword` goes on.
 */
export type SignInAnswer =
  | { readonly ok: true; readonly person: Person }
  | { readonly ok: false; readonly reason: SignInFailure }
  | { readonly ok: false; readonly reason: 'one_more_factor'; readonly step: NextStep }
  | { readonly ok: false; readonly reason: 'set_up_needed' | 'password_needed'; readonly person: Person }

export type UnlockAnswer =
  | SignInAnswer
  | { readonly ok: false; readonly reason: SignInFailure; readonly retryAt: number }

export interface SessionView {
  readonly state: SessionState
  readonly person: Person | null
  /** For `open`: whose record is on the screen, and which there are. Null: none is left. */
  readonly record?: OpenRecord | null
  readonly records?: readonly OpenRecord[]
  /** Whose record was on the screen until the access to it ended. */
  readonly ended?: OpenRecord
  /** Why the replica was locked, for the unlock page. */
  readonly lockReason?: 'idle' | 'user' | 'lease_ended' | 'signed-out-elsewhere' | 'wiped'
  /** For `open`: before anything is exchanged, the clinic asks for a second factor, or for one to be set up. */
  readonly asks?: NextStep | 'set-up'
  /** For `locked`: what opens the replica here, with no network. */
  readonly opensBy?: { readonly password: boolean; readonly passkeys: readonly string[] }
  /** For `unreadable`: what the browser called it. */
  readonly problem?: string
}

/** Where one document's local changes are. */
export type ItemState = 'saved' | 'waiting' | 'sending' | 'received' | 'attention'

export interface PendingItem {
  readonly collection: CollectionName
  readonly documentId: string
  readonly state: ItemState
  /** When the oldest unsent change was made, or when it was received. */
  readonly at: number
  readonly changes: number
  /** For `attention`: why, and the mutation to retry or discard. */
  readonly reason?: ErrorCode
  readonly mutation?: number
}

export interface SyncView {
  /**
   * `offline`: the device has no network. `unreachable`: it has one, and the clinic does not answer. `captive`: somebody
   * else answers, such as a network that wants a sign-in of its own. `unavailable`: the clinic's server says that it cannot
   * serve now. None of them is an error, and neither is `connecting`. `replaced`: a copy of this device is connected.
   * `device-full`: there is no room here for what is new at the clinic. `storage-lost`: the browser has deleted the replica under
   * the open tab, which alone still has what was not sent.
   */
  readonly link:
    | 'offline'
    | 'unreachable'
    | 'captive'
    | 'unavailable'
    | 'connecting'
    | 'online'
    | 'sign-in-needed'
    | 'update-needed'
    | 'replaced'
    | 'device-full'
    | 'storage-lost'
  readonly lastSyncedAt: number | null
  /** Mutations not yet acknowledged. */
  readonly unsent: number
  /** Of the first pull: 0…1; null when none is running. */
  readonly progress: number | null
  /** Everything that waits, is being sent, needs a decision, or was received in this session, newest first. */
  readonly items: readonly PendingItem[]
  /** Is the browser promising not to evict us? */
  readonly persisted: boolean
}

export type SignInFailure =
  | 'wrong_credentials'
  | 'account_locked'
  | 'offline'
  | 'unavailable'
  | 'captive'
  | 'backed_off'
  | 'wrong_factor'
  /** The second step took too long, or was tried too often: sign in again. */
  | 'step_ended'
  /** Too many wrong passwords: it opens this device again after a sign-in. */
  | 'password_off'
  /** This device has not heard from the clinic for longer than it opens without it, or its clock was set back. */
  | 'lease_ended'
  | 'clock_set_back'
  /** This device was signed out for good, and what it has not sent opens with what opened it before. */
  | 'not_handed_in'
  | 'storage'

/** What can be asked of the accounts without a session (worker/account-door.ts). */
export type AccountCall =
  | 'find-record'
  | 'prove-by-code'
  | 'prove-by-invitation'
  | 'open-account'
  | 'join-record'
  | 'verify-email'
  | 'forgot-password'
  | 'reset-password'
  | 'confirm-email'
  | 'undo-email'

/** One more factor, where the account has one. */
export interface GivenFactor {
  readonly kind: 'totp' | 'recovery-code' | 'passkey'
  /** Of a passkey: its answer, as JSON. */
  readonly value: string
}
export interface NewPassword {
  readonly password: string
  readonly newPassword: string
  readonly endOtherSessions: boolean
  readonly factor?: GivenFactor
}

/** `captive`: somebody else answered, such as a network that wants a sign-in of its own. */
export interface AccountAnswer {
  /** 0: no answer of the portal's. */
  readonly status: number
  readonly body: unknown
  readonly why?: 'silent' | 'gateway' | 'captive' | 'unavailable'
}

export interface PortalSession {
  readonly session$: Observable<SessionView>
  readonly sync$: Observable<SyncView>
  /** The opened replica, or null while locked. Emits a new database after every unlock. */
  readonly replica$: Observable<ReplicaDatabase | null>

  signIn(input: { email: string; password: string }): Promise<SignInAnswer>
  /** The second step, after `one_more_factor` or where the view `asks`. */
  takeStep(input: GivenStep): Promise<SignInAnswer>
  /** A second factor was set up in a session that was good for nothing else. */
  goOn(): Promise<SignInAnswer>
  /** What to ask the browser's passkeys; null: the clinic cannot be asked now. */
  passkeyQuestion(): Promise<PasskeyQuestion | null>
  signInByPasskey(input: UsedPasskey): Promise<SignInAnswer>
  finishByPassword(input: { password: string }): Promise<SignInAnswer>
  /** Opens the local replica with the password; works with no network; then signs in to the server in the background. */
  unlock(input: { password: string }): Promise<UnlockAnswer>
  /**
   * The same with a passkey: `prf` is what it gave for `PRF_INPUT`, and is kept nowhere. Offers those of `opensBy`.
   * `answer`: to a question of the clinic's, where it could be asked: signs in by it where the session has ended.
   */
  unlockByPasskey(input: PasskeyOutput & { answer?: string }): Promise<UnlockAnswer>
  /** From now on this passkey opens the open replica, with no network. False: nothing is open. */
  addPasskeySlot(input: PasskeyOutput): Promise<boolean>
  removePasskeySlot(input: { credentialId: string }): Promise<boolean>
  lock(reason: 'idle' | 'user'): Promise<void>
  /** Where the session is `unreadable`: looks again. */
  lookAgain(): Promise<void>
  /** Destroys key, replica and session of this account on this device. `force` also when unsent changes exist. */
  signOut(input: { force: boolean }): Promise<{ ok: true } | { ok: false; unsent: number }>

  /** Needs the network. Afterwards the new password opens this device, too. */
  changePassword(input: NewPassword): Promise<AccountAnswer>

  /** The account as the server has it. An address that was changed elsewhere is this device's from then on. */
  readAccount(): Promise<AccountAnswer>

  /** Setting up an account and getting back in: needs the network, and no session. Never throws for HTTP statuses. */
  askAccounts(input: { call: AccountCall; body: unknown }): Promise<AccountAnswer>
  /**
   * Shows another record that this account may open; whoever holds open drafts writes them first. False: there is none.
   */
  openRecord(input: { client: string }): Promise<boolean>
  /** Asks the clinic which records there are. */
  lookForRecords(): Promise<void>

  /** Authenticated REST, for staff pages and what needs the live network. Never throws for HTTP statuses; 0 = unreachable. */
  /** `file`: what is asked for is a text, not JSON. `ifMatch`: only if the revision is still this one. */
  request(input: {
    method: string
    path: string
    body?: unknown
    /** A part of a file, instead of a body. */
    bytes?: Uint8Array<ArrayBuffer>
    file?: boolean
    /** What is asked for is a paper: the body of a 200 is its bytes. */
    paper?: boolean
    /** Of a create: asking again with the same has no second effect. */
    idempotencyKey?: string
    ifMatch?: number
  }): Promise<{ status: number; body: unknown }>

  /** A file over the network, kept nowhere, for staff pages: `path` is the route that gives the link. */
  readFile(path: string): Promise<FileAnswer>

  /** Files that are kept on this device. */
  readonly files$: Observable<FilesView>
  /** From this device where it is kept, else over the network. */
  openFile(documentId: string): Promise<FileAnswer>
  /** Stores it sealed, for when there is no network; null when it is here. One that broke off goes on by itself. */
  keepFile(documentId: string): Promise<FileTrouble | null>
  letFileGo(documentId: string): Promise<void>

  /** Files of messages and of answers that lie on this device. */
  readonly attachments$: Observable<AttachmentsView>
  /** False on a tablet of the waiting room: none of the calls below is there. */
  readonly takesFiles?: false
  /** Resolves with its SHA-256, hex, once it is sealed on this device; it travels before the message or form that names it. */
  attachFile(file: ChosenFile): Promise<string>
  /** They are not to be sent. */
  detachFiles(ids: readonly string[]): Promise<void>
  /** From this device where it is here, else over the network. */
  openAttachment(id: string, of?: FileOf): Promise<FileAnswer>
  /** A message that waits for its files is not sent, and gone. False: it has left, or may have. */
  takeBackMessage(id: string): Promise<boolean>

  /** Small sealed values of this device only (last page, resume position). */
  readLocal(key: string): Promise<unknown>
  writeLocal(key: string, value: unknown): Promise<void>

  syncNow(): void
  retry(mutation: number): Promise<void>
  /** Returns what was discarded, so that it can be undone by writing it again. */
  discard(mutation: number): Promise<unknown>
  /** Everything unsent and in quarantine, in the clear, for the client to keep. */
  exportUnsent(): Promise<unknown>
}
