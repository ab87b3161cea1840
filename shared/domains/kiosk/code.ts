/**
 * Codes that a person reads from paper and types on a tablet: ten signs of thirty-one, in two groups. 49 bits, and each
 * guess at a visit costs an Argon2id. Pure; SPEC: sync-server/modules/kiosk/SPEC.md, K3.
 */

/** None that is taken for another one. */
const SIGNS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
export const CODE_SIGNS = 10

/** `random`: bytes; what would favour some signs is drawn again. */
export function newCode(random: (length: number) => Uint8Array): string {
  let code = ''
  while (code.length < CODE_SIGNS)
    for (const byte of random(CODE_SIGNS)) {
      const sign = byte < 248 ? SIGNS[byte % SIGNS.length] : undefined
      if (sign !== undefined && code.length < CODE_SIGNS) code += sign
    }
  return code
}

/** As it is shown: `F7K2Q-9XMAB`. */
export const shownCode = (code: string): string => `${code.slice(0, 5)}-${code.slice(5)}`

/** Undefined for what is no code. Takes small letters, spaces and dashes, and the signs that look alike. */
export function readCode(typed: string): string | undefined {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, '')
  if (code.length !== CODE_SIGNS) return undefined
  return [...code].every((sign) => SIGNS.includes(sign)) ? code : undefined
}

/**
 * What a picture says that staff show: of a visit its code alone, of a tablet that is added `https://…/kiosk#enrol=CODE`.
 * Undefined for any other picture, and for one of the other kind.
 */
export function readPicture(text: string, what: 'tablet' | 'visit'): string | undefined {
  if (what === 'visit') return readCode(text)
  const [, code] = /^https?:\/\/[^\s#]{1,300}\/kiosk#enrol=([\w-]{1,20})$/.exec(text) ?? []
  return code === undefined ? undefined : readCode(code)
}

export const PIN_PATTERN = /^\d{6,12}$/
/** Everybody tries these first. */
export const isEasyPin = (pin: string): boolean =>
  new Set(pin).size < 3 || '0123456789012345678909876543210'.includes(pin)
