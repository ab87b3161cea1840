import { Secret, TOTP } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { newRecoveryCode, normalRecoveryCode } from './recovery-codes.ts'
import { totpEnrolment, totpStep } from './totp.ts'

const secret = new TextEncoder().encode('12345678901234567890')
const STEP = 30_000

describe('[F1] codes of an authenticator app', () => {
  it.each([
    [59_000, '287082'],
    [1_111_111_109_000, '081804'],
    [20_000_000_000_000, '353130'],
  ])('are those of RFC 6238 at %i ms', (now, code) => {
    expect(totpStep(secret, code, { now, lastStep: 0 })).toBe(Math.floor(now / STEP))
    expect(totpStep(secret, `${code.slice(0, 3)} ${code.slice(3)}`, { now, lastStep: 0 })).toBeDefined()
  })

  it('are taken one step early or late, and no more', () => {
    const now = 1_000_000 * STEP + 12_345
    const codeAt = (timestamp: number) =>
      new TOTP({
        secret: new Secret({ buffer: secret.buffer }),
        algorithm: 'SHA1',
        digits: 6,
        period: 30,
      }).generate({
        timestamp,
      })
    const taken = [-2, -1, 0, 1, 2].filter(
      (off) => totpStep(secret, codeAt(now + off * STEP), { now, lastStep: 0 }) !== undefined,
    )
    expect(taken).toEqual([-1, 0, 1])
  })

  it('are never of a step that was used, or of one before it', () => {
    const now = 59_000
    expect(totpStep(secret, '287082', { now, lastStep: 1 })).toBeUndefined()
    expect(totpStep(secret, '287082', { now, lastStep: 0 })).toBe(1)
  })

  it.each(['', '12345', '1234567', '28708２', 'abcdef', '-87082'])('%j is none', (code) => {
    expect(totpStep(secret, code, { now: 59_000, lastStep: 0 })).toBeUndefined()
  })

  it('come from an address that every app reads', () => {
    const { secret: text, uri } = totpEnrolment(secret, 'a b@x.test', 'MentalSpace Portal')
    expect(text).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
    expect(uri).toContain('otpauth://totp/MentalSpace%20Portal:a%20b%40x.test?')
    expect(uri).toContain(`secret=${text}`)
  })
})

describe('[F3] recovery codes', () => {
  it('are read however they are typed', () => {
    const code = newRecoveryCode()
    expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){5}$/)
    const normal = normalRecoveryCode(code)
    expect(normalRecoveryCode(` ${code.toUpperCase().replaceAll('-', ' ')} `)).toBe(normal)
    expect(normalRecoveryCode('oOiI-lL00-1111-aaaa')).toBe('0011110011 11aaaa'.replace(' ', ''))
  })
  it('are none when they are too short, too long or not of the alphabet', () => {
    for (const text of ['', 'abcd', 'u'.repeat(16), 'a'.repeat(17), 'é'.repeat(16)])
      expect(normalRecoveryCode(text)).toBeUndefined()
  })
})
