/**
 * Passkeys (WebAuthn): the questions a browser is asked, and whether its answers are right. The person is always
 * verified by the device, so a passkey counts as both factors at once. Nothing here reads or writes a row.
 */
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransportFuture,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { z } from 'zod'
import { CHALLENGE_MS, type Challenge, type Challenges, type ChallengeUse } from './challenges.ts'
import type { StoredPasskey } from './factors-store.ts'

/** Loaded where it is used: nobody else pays for it. */
const library = () => import('@simplewebauthn/server')

const text = z.string().min(1).max(4_000)
const base = {
  id: z.string().min(1).max(1_400),
  rawId: z.string().min(1).max(1_400),
  type: z.literal('public-key'),
}
/** What browsers send; outputs of extensions stay on the device. */
export const PasskeyAnswer = z.object({
  ...base,
  response: z.object({
    clientDataJSON: text,
    authenticatorData: text,
    signature: text,
    userHandle: z.string().max(200).optional(),
  }),
})
export type PasskeyAnswer = z.infer<typeof PasskeyAnswer>
export const NewPasskeyAnswer = z.object({
  ...base,
  response: z.object({
    clientDataJSON: text,
    attestationObject: z.string().min(1).max(20_000),
    transports: z.array(z.string().min(1).max(30)).max(10).optional(),
  }),
})
export type NewPasskeyAnswer = z.infer<typeof NewPasskeyAnswer>

/** Which challenge the answer has to be to. */
export interface AskedFor {
  readonly use: ChallengeUse
  readonly bound: string
}
export interface SoundAnswer {
  readonly challenge: Challenge
  readonly counter: number
  readonly backedUp: boolean
}

interface Deps {
  readonly challenges: Challenges
  /** Where the app is published. */
  readonly origin: () => string
  /** In development the app may be reached over another port of this machine. */
  readonly anyLocalPort: boolean
}
export type Passkeys = ReturnType<typeof createPasskeys>

export function createPasskeys({ challenges, origin, anyLocalPort }: Deps) {
  const rpID = () => new URL(origin()).hostname
  const expectedOrigin = (clientDataJSON: string): string => {
    if (!anyLocalPort) return origin()
    const given = originOf(clientDataJSON)
    return given !== undefined && URL.canParse(given) && new URL(given).hostname === rpID() ? given : origin()
  }
  const allow = (known: readonly Pick<StoredPasskey, 'credentialId' | 'transports'>[]) =>
    known.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: [...transports] as AuthenticatorTransportFuture[],
    }))

  return {
    /** `known` undefined: any passkey of this portal that the device has. */
    async requestOptions(
      { use, bound }: AskedFor,
      known?: readonly StoredPasskey[],
    ): Promise<PublicKeyCredentialRequestOptionsJSON> {
      const { generateAuthenticationOptions } = await library()
      return generateAuthenticationOptions({
        rpID: rpID(),
        challenge: Buffer.from(challenges.issue(use, bound), 'base64url'),
        timeout: CHALLENGE_MS,
        userVerification: 'required',
        ...(known !== undefined && { allowCredentials: allow(known) }),
      })
    },

    async creationOptions(
      { use, bound }: AskedFor,
      account: { readonly id: string; readonly email: string; readonly name: string },
      known: readonly StoredPasskey[],
    ): Promise<PublicKeyCredentialCreationOptionsJSON> {
      const { generateRegistrationOptions } = await library()
      return generateRegistrationOptions({
        rpName: 'MentalSpace Portal',
        rpID: rpID(),
        // Opaque: the account's random id.
        userID: Uint8Array.from(Buffer.from(account.id.replaceAll('-', ''), 'hex')),
        userName: account.email,
        userDisplayName: account.name,
        challenge: Buffer.from(challenges.issue(use, bound), 'base64url'),
        timeout: CHALLENGE_MS,
        attestationType: 'none',
        excludeCredentials: allow(known),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      })
    },

    /** Undefined: it is not this passkey's answer to that question. Its challenge is still to be spent. */
    async verify(
      answer: PasskeyAnswer,
      passkey: StoredPasskey,
      { use, bound }: AskedFor,
    ): Promise<SoundAnswer | undefined> {
      const { verifyAuthenticationResponse } = await library()
      let challenge: Challenge | undefined
      const { credentialId: id, publicKey, counter, transports } = passkey
      try {
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          response: { ...answer, clientExtensionResults: {} } as AuthenticationResponseJSON,
          expectedChallenge: (given) => {
            challenge = challenges.read(given, use, bound)
            return challenge !== undefined
          },
          expectedOrigin: expectedOrigin(answer.response.clientDataJSON),
          expectedRPID: rpID(),
          credential: {
            id,
            publicKey,
            counter,
            transports: [...transports] as AuthenticatorTransportFuture[],
          },
          requireUserVerification: true,
        })
        if (!verified || challenge === undefined) return undefined
        const { newCounter, credentialBackedUp } = authenticationInfo
        return { challenge, counter: newCounter, backedUp: credentialBackedUp }
      } catch {
        // Everything that is wrong with an answer is thrown: bytes that are none, a counter that went back.
        return undefined
      }
    },

    /** Undefined: it is no sound new passkey. */
    async verifyNew(answer: NewPasskeyAnswer, { use, bound }: AskedFor) {
      const { verifyRegistrationResponse } = await library()
      let challenge: Challenge | undefined
      try {
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          response: { ...answer, clientExtensionResults: {} } as RegistrationResponseJSON,
          expectedChallenge: (given) => {
            challenge = challenges.read(given, use, bound)
            return challenge !== undefined
          },
          expectedOrigin: expectedOrigin(answer.response.clientDataJSON),
          expectedRPID: rpID(),
          requireUserVerification: true,
        })
        if (!verified || challenge === undefined) return undefined
        const { credential, credentialBackedUp } = registrationInfo
        const { id: credentialId, publicKey, counter } = credential
        const transports = answer.response.transports ?? []
        return {
          challenge,
          passkey: { credentialId, publicKey, counter, transports, backedUp: credentialBackedUp },
        }
      } catch {
        return undefined
      }
    },
  }
}

function originOf(clientDataJSON: string): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString())
    const origin: unknown =
      typeof value === 'object' && value !== null ? Reflect.get(value, 'origin') : undefined
    return typeof origin === 'string' ? origin : undefined
  } catch {
    return undefined
  }
}
