import { describe, expect, it } from 'vitest'
import { CHANNELS, isPreference, languageOf, NOTICE_KINDS, noticeKey, wantsNotice } from './preferences.ts'

describe('preferences', () => {
  it('go by the kind, then by the channel, then by what is usual', () => {
    expect(wantsNotice({}, 'message', 'email')).toBe(true)
    expect(wantsNotice({}, 'message', 'sms')).toBe(false)
    expect(wantsNotice({ 'notify.email': false }, 'message', 'email')).toBe(false)
    const both = { 'notify.email': false, 'notify.message.email': true }
    expect(wantsNotice(both, 'message', 'email')).toBe(true)
    expect(wantsNotice(both, 'form', 'email')).toBe(false)
    expect(wantsNotice({ 'notify.message.sms': 'yes' }, 'message', 'sms')).toBe(false)
  })

  it('cannot silence mails about one’s own security', () => {
    const off = { 'notify.email': false, 'notify.security.email': false }
    expect(wantsNotice(off, 'security', 'email')).toBe(true)
    expect(isPreference('notify.security.email', false)).toBe(false)
    expect(isPreference('notify.security.push', false)).toBe(true)
  })

  it('are written by devices only as far as they are known', () => {
    for (const kind of NOTICE_KINDS)
      for (const channel of CHANNELS) expect(isPreference(noticeKey(kind, channel), 'on')).toBe(false)
    expect(isPreference('language', 'es')).toBe(true)
    expect(isPreference('text-size', 'largest')).toBe(true)
    for (const [key, value] of [
      ['language', 'xx'],
      ['contrast', true],
      ['__proto__', true],
      ['notify.email', true],
      ['admin', true],
    ] as const)
      expect(isPreference(key, value), key).toBe(false)
    expect(languageOf({ language: 'de' })).toBeUndefined()
  })
})
