/** What account-mails.ts says, in English. */
import type { Letter } from '../../platform/letter.ts'
import type { NamedFactor } from './account-mails.ts'
import { FEW_LEFT } from './factors/recovery-codes.ts'

const named = (what: NamedFactor): string =>
  what === 'app'
    ? 'An authenticator app'
    : what === 'codes'
      ? 'A new set of recovery codes'
      : `The passkey “${what.passkey}”`

export const english = {
  footer: 'This message was sent by the client portal of your practice. Please do not answer it.',
  registerCode: (code: string): Letter => ({
    subject: 'Your code to set up the portal',
    lines: [
      'Type this code into the page where you asked for it. It is good for 10 minutes.',
      'If you did not ask for it, you need not do anything. Never give the code to anybody, also not on the phone.',
    ],
    code,
  }),
  haveAccount: (origin: string): Letter => ({
    subject: 'You already have a portal account',
    lines: [
      'Somebody, probably you, asked to set up a portal account. You already have one: sign in as usual, or choose a new password if you forgot it.',
      'If it was not you, you need not do anything.',
    ],
    link: { label: 'Choose a new password', href: `${origin}/forgot-password` },
  }),
  verifyEmail: (code: string): Letter => ({
    subject: 'Your code to confirm this address',
    lines: [
      'Type this code into the page where you asked for it, to sign in with this address from now on. It is good for 10 minutes.',
      'If you did not ask for it, somebody may have mistyped an address. You need not do anything.',
    ],
    code,
  }),
  invite: (link: string): Letter => ({
    subject: 'Your invitation to the portal',
    lines: [
      'Your practice invites you to its client portal. You will be asked for your date of birth. The link is good for 7 days and works once.',
      'If you did not expect this, please call your practice.',
    ],
    link: { label: 'Set up my account', href: link },
  }),
  accessInvite: (link: string): Letter => ({
    subject: 'You were asked to help somebody in their portal',
    lines: [
      'Somebody you know, or their practice, would like you to see their record in a client portal and to help them with it. You will be asked for that person’s date of birth. The link is good for 7 days and works once.',
      'If you did not expect this, you need not do anything.',
    ],
    link: { label: 'See the invitation', href: link },
  }),
  accessChanged: (origin: string): Letter => ({
    subject: 'Who can see your record was changed',
    lines: [
      'Somebody was given access to your record in the portal, or can see more or less of it from now on. If that was you, or you agreed on it with your practice, you need not do anything.',
      'If it was not, sign in, look at People with access and end what should not be there, and call your practice.',
    ],
    link: { label: 'Look at who has access', href: `${origin}/account/access` },
  }),
  resetPassword: (link: string): Letter => ({
    subject: 'Choose a new password',
    lines: [
      'You asked for a new password. The link is good for 30 minutes and works once.',
      'If you did not ask for it, you need not do anything: your password stays as it is.',
    ],
    link: { label: 'Choose a new password', href: link },
  }),
  setPassword: (link: string): Letter => ({
    subject: 'Your account in the portal',
    lines: [
      'An account was made for you. Choose a password to use it. The link is good for 3 days and works once.',
      'If you did not expect this, please tell the practice.',
    ],
    link: { label: 'Choose a password', href: link },
  }),
  passwordChanged: (origin: string): Letter => ({
    subject: 'Your password was changed',
    lines: [
      'The password of your portal account was changed a moment ago. If that was you, you need not do anything.',
      'If it was not you, choose a new password at once and call your practice.',
    ],
    link: { label: 'Choose a new password', href: `${origin}/forgot-password` },
  }),
  confirmEmail: (link: string): Letter => ({
    subject: 'Confirm your new address',
    lines: [
      'Confirm that you want to sign in with this address from now on. The link is good for one hour and works once.',
      'If you did not ask for it, you need not do anything.',
    ],
    link: { label: 'Confirm this address', href: link },
  }),
  emailTaken: (): Letter => ({
    subject: 'This address is in use already',
    lines: [
      'Somebody, probably you, wanted to sign in to the portal with this address, but an account with it exists already. Nothing was changed.',
      'If it was not you, you need not do anything.',
    ],
  }),
  emailChanged: (link: string): Letter => ({
    subject: 'Your sign-in address was changed',
    lines: [
      'Your portal account has another sign-in address from now on. If that was you, you need not do anything.',
      'If it was not you, take it back within 7 days. Every device is signed out then, and you choose a new password.',
    ],
    link: { label: 'Take the change back', href: link },
  }),
  factorAdded: (what: NamedFactor, origin: string): Letter => ({
    subject: 'Two-step sign-in was changed',
    lines: [
      `${named(what)} was added to your portal account. If that was you, you need not do anything.`,
      'If it was not you, choose a new password at once and call your practice.',
    ],
    link: { label: 'Choose a new password', href: `${origin}/forgot-password` },
  }),
  factorRemoved: (what: NamedFactor, origin: string): Letter => ({
    subject: 'Two-step sign-in was changed',
    lines: [
      `${named(what)} was removed from your portal account. If that was you, you need not do anything.`,
      'If it was not you, choose a new password at once and call your practice.',
    ],
    link: { label: 'Choose a new password', href: `${origin}/forgot-password` },
  }),
  recoveryCodeUsed: (left: number): Letter => ({
    subject: 'A recovery code was used',
    lines: [
      'Somebody, probably you, used a recovery code of your portal account.',
      left > FEW_LEFT
        ? `${left} codes are left.`
        : `Only ${left} ${left === 1 ? 'code is' : 'codes are'} left. Make new ones: sign in, then open Account, Two-step sign-in.`,
      'If it was not you, call your practice at once.',
    ],
  }),
  factorsReset: (): Letter => ({
    subject: 'Two-step sign-in was reset',
    lines: [
      'Your practice removed the authenticator app, the passkeys and the recovery codes of your portal account. From now on your password signs you in, until you set up two-step sign-in again.',
      'If you did not ask for this, call your practice at once.',
    ],
  }),
}
export type MailTexts = typeof english
