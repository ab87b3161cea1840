import { describe, expect, it } from 'vitest'
import { accountMail } from './account-mails.ts'
import { english } from './account-mails-english.ts'
import { spanish } from './account-mails-spanish.ts'

const LINK = 'https://portal.example.org/x#secret'
const mails = [
  accountMail('registerCode', 'reader@example.org', '123456'),
  accountMail('haveAccount', 'reader@example.org', 'https://portal.example.org'),
  accountMail('verifyEmail', 'reader@example.org', '123456'),
  accountMail('invite', 'reader@example.org', LINK),
  accountMail('accessInvite', 'reader@example.org', LINK),
  accountMail('accessChanged', 'reader@example.org', 'https://portal.example.org'),
  accountMail('resetPassword', 'reader@example.org', LINK),
  accountMail('setPassword', 'reader@example.org', LINK),
  accountMail('passwordChanged', 'reader@example.org', 'https://portal.example.org'),
  accountMail('confirmEmail', 'reader@example.org', LINK),
  accountMail('emailTaken', 'reader@example.org'),
  accountMail('emailChanged', 'reader@example.org', LINK),
  accountMail('factorAdded', 'reader@example.org', 'app', 'https://portal.example.org'),
  accountMail('factorRemoved', 'reader@example.org', { passkey: '<Phone>' }, 'https://portal.example.org'),
  accountMail('recoveryCodeUsed', 'reader@example.org', 1),
  accountMail('factorsReset', 'reader@example.org'),
]

describe('mails about accounts', () => {
  it('are all looked at here', () => {
    expect(mails).toHaveLength(Object.keys(english).length - 1)
  })

  it.each(mails)(
    'say everything in each language, and nothing of care: $subject',
    ({ subject, text, html }) => {
      const [inEnglish = '', inSpanish = ''] = subject.split(' / ')
      expect(inSpanish).not.toBe('')
      expect(inSpanish).not.toBe(inEnglish)
      for (const part of [english.footer, spanish.footer, inSpanish]) {
        expect(text).toContain(part)
        expect(html).toContain(part)
      }
      expect(html).toContain('<div lang="es">')
      expect(html).not.toContain('<Phone>')
      expect(`${subject} ${text}`).not.toMatch(/therap|terap|mental|psych|psiq|medic|diagnos|undefined|\$\{/i)
      // Programs that read mail put away what stands below this sign.
      expect(text.split('\n-- \n')).toHaveLength(2)
    },
  )
})
