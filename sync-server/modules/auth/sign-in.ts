/** What signing in leads to, whichever way somebody proved who they are: a session, or the question for one more factor. */
import type { StoredAccount } from './reader.ts'

export interface SignedIn {
  readonly accessToken: string
  /** For sockets, which are clients' alone. */
  readonly socketTicket?: string
  readonly expiresIn: number
  /** Of a sign-in alone, never of a refresh: it lets this session have its device's key opened, for some minutes. */
  readonly escrowTicket?: string
  readonly account: {
    readonly id: string
    readonly role: StoredAccount['role']
    readonly name: string
    readonly email: string
    readonly clientId?: string
  }
  /** The practice asks for a second factor, and this account has none: nothing opens before one is set up. */
  readonly enrolling?: true
  /** For the cookie only; never in a body. */
  readonly refreshToken: string
}

/** What somebody may be asked for after the password. */
export const FACTORS = ['totp', 'passkey', 'recovery-code'] as const
export type Factor = (typeof FACTORS)[number]

/** Nothing is open yet: `ticket` goes back to the server together with one of the factors. */
export interface OneMoreFactor {
  readonly ticket: string
  readonly factors: readonly Factor[]
  /** What to ask the browser for, where a passkey is among them. */
  readonly passkey?: PasskeyQuestion
  readonly expiresIn: number
}
/** `PublicKeyCredentialRequestOptionsJSON` of WebAuthn. */
export type PasskeyQuestion = Readonly<Record<string, unknown>>

export type SignIn =
  | { readonly kind: 'signed-in'; readonly session: SignedIn }
  | { readonly kind: 'one-more-factor'; readonly needed: OneMoreFactor }

/** The device that signs in, as it calls itself. */
export interface SigningDevice {
  readonly id: string
  readonly name: string
}
