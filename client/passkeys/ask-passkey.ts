/**
 * Asking the browser for a passkey. Its answer goes to the clinic as JSON; what its PRF extension gives is as secret as
 * a password: it goes to the worker and is overwritten here as soon as it has (`forget`).
 */
import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser'
import { PRF_INPUT } from '../../shared/crypto/prf-input.ts'

export interface AnsweredPasskey {
  readonly credentialId: string
  /** As JSON, without what the extensions gave. */
  readonly answer: string
  readonly prf?: Uint8Array
}
export type Asked =
  | { readonly ok: true; readonly passkey: AnsweredPasskey }
  /** `stopped`: the person said no, or waited too long. `not-here`: this browser, device or address cannot. */
  | { readonly ok: false; readonly why: 'stopped' | 'not-here' | 'known-already' }

export const passkeysPossible = (): boolean => browserSupportsWebAuthn()
/** Passkeys are offered in the e-mail field by the browser itself. */
export const passkeysInFields = (): Promise<boolean> => browserSupportsWebAuthnAutofill()
/** Ends a question that waits in a field. */
export const stopAsking = (): void => WebAuthnAbortService.cancelCeremony()

/** TypeScript's DOM knows the extension, the library's JSON types do not. */
const withPrf = <T extends object>(options: T): T => ({
  ...options,
  extensions: { ...Reflect.get(options, 'extensions'), prf: { eval: { first: PRF_INPUT } } },
})

export async function askPasskey(
  question: Readonly<Record<string, unknown>>,
  { inField = false, only }: { readonly inField?: boolean; readonly only?: readonly string[] } = {},
): Promise<Asked> {
  const allowed = only && { allowCredentials: only.map((id) => ({ id, type: 'public-key' as const })) }
  const options = { ...question, ...allowed } as unknown as PublicKeyCredentialRequestOptionsJSON
  return answered(() =>
    startAuthentication({
      optionsJSON: withPrf(options),
      useBrowserAutofill: inField,
      verifyBrowserAutofillInput: false,
    }),
  )
}

/** A question that nobody will check: for opening what is on this device, with no network. */
export const ownQuestion = (): Readonly<Record<string, unknown>> => ({
  challenge: base64url(crypto.getRandomValues(new Uint8Array(32))),
  rpId: location.hostname,
  userVerification: 'required',
})

/** Many devices say at first only that they have the extension: what it gives is then asked for by using the passkey once. */
export async function makePasskey(question: Readonly<Record<string, unknown>>): Promise<Asked> {
  let hasPrf = false
  const made = await answered(async () => {
    const answer = await startRegistration({
      optionsJSON: withPrf(question as unknown as PublicKeyCredentialCreationOptionsJSON),
    })
    hasPrf = Reflect.get(Object(Reflect.get(answer.clientExtensionResults, 'prf')), 'enabled') === true
    return answer
  })
  if (!made.ok || made.passkey.prf !== undefined || !hasPrf) return made
  const used = await askPasskey(ownQuestion(), { only: [made.passkey.credentialId] })
  const prf = used.ok ? used.passkey.prf : undefined
  return prf === undefined ? made : { ok: true, passkey: { ...made.passkey, prf } }
}

export const forget = ({ prf }: Pick<AnsweredPasskey, 'prf'>): void => void prf?.fill(0)

async function answered(ask: () => Promise<{ id: string; clientExtensionResults: object }>): Promise<Asked> {
  try {
    const { clientExtensionResults, ...answer } = await ask()
    const prf = prfOf(clientExtensionResults)
    const passkey = { credentialId: answer.id, answer: JSON.stringify(answer) }
    return { ok: true, passkey: prf === undefined ? passkey : { ...passkey, prf } }
  } catch (error) {
    const name = error instanceof Error ? error.name : ''
    if (name === 'InvalidStateError') return { ok: false, why: 'known-already' }
    return { ok: false, why: name === 'NotAllowedError' || name === 'AbortError' ? 'stopped' : 'not-here' }
  }
}

function prfOf(results: object): Uint8Array | undefined {
  const first: unknown = Reflect.get(
    Object(Reflect.get(Object(Reflect.get(results, 'prf')), 'results')),
    'first',
  )
  if (first instanceof ArrayBuffer) return new Uint8Array(first)
  return first instanceof Uint8Array ? first : undefined
}

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
