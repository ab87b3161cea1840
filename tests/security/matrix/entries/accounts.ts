/** Accounts, their addresses and devices. */
import { randomUUID } from 'node:crypto'
import { DEMO_PASSWORD } from '../../../harness/sign-in.ts'
import { device, type Entry, holders, LINK, passkeyAnswer, portal, staff, weakPassword } from './entry.ts'

export const entries: Readonly<Record<string, Entry>> = {
  [`post ${portal}/auth/second-step`]: {
    open: 'a ticket of the first step, on the device that was given it, and a factor',
    sample: () => ({
      body: { ticket: LINK, device: device(), factor: { kind: 'totp', value: '000000' } },
    }),
  },
  [`post ${portal}/auth/passkey/options`]: { open: 'a question, the same for everybody; nothing is written' },
  [`post ${portal}/auth/passkey`]: {
    open: 'the answer of a passkey to a question of this server',
    sample: () => ({ body: { device: device(), answer: passkeyAnswer } }),
  },
  [`post ${staff}/accounts/{id}/reset-factors`]: {
    names: ['account'],
    sample: ({ account }) => ({ params: { id: account }, body: { reason: 'Lost the phone' } }),
    reach: ['front-desk', 'admin'],
    status: 204,
  },
  // The right answer ends the session that everything else is asked with: tests/integration/devices.test.ts.
  [`post ${staff}/auth/confirm`]: { ownOnly: true, sample: () => ({ body: {} }), status: 400 },
  [`post ${portal}/auth/login`]: {
    open: 'the password; limits per address and account',
    sample: () => ({
      body: {
        email: 'desk@demo.test',
        password: DEMO_PASSWORD,
        device: { id: randomUUID(), name: 'Front desk' },
      },
    }),
  },
  [`post ${portal}/auth/refresh-token`]: {
    open: 'the refresh cookie, and the key of its device',
    sample: () => ({ body: { device: randomUUID(), idle: 1 } }),
  },
  [`post ${portal}/auth/logout`]: {
    open: 'the refresh cookie',
    sample: () => ({ body: { device: randomUUID() } }),
  },
  [`post ${portal}/auth/register`]: {
    open: 'the same answer for everybody; limits per person, day and source',
    sample: () => ({ body: { dateOfBirth: '1950-05-05', ssn4: '0000' } }),
  },
  [`post ${portal}/auth/register/confirm`]: {
    open: 'a code that went to the contact on file',
    sample: () => ({ body: { id: randomUUID(), code: '000000' } }),
  },
  [`post ${portal}/auth/register/invite`]: {
    open: 'an invitation and the day of birth',
    sample: () => ({ body: { invite: LINK, dateOfBirth: '1950-05-05' } }),
  },
  [`post ${portal}/auth/register/complete`]: {
    open: 'a ticket, for what was proved',
    sample: () => ({
      body: { ticket: LINK, email: 'matrix@demo.test', password: 'three slow herons', acceptTerms: true },
    }),
  },
  [`post ${portal}/auth/verify-email`]: {
    open: 'a code that went to the address',
    sample: () => ({ body: { id: randomUUID(), code: '000000' } }),
  },
  [`post ${portal}/auth/forgot-password`]: {
    open: 'the same answer for everybody; limits per address and source',
    sample: () => ({ body: { email: 'matrix@demo.test' } }),
  },
  [`post ${portal}/auth/reset-password`]: {
    open: 'a link that went to the address of the account',
    sample: () => ({ body: { link: LINK, password: 'three slow herons' } }),
  },
  [`post ${portal}/auth/confirm-email`]: {
    open: 'a link that went to the new address',
    sample: () => ({ body: { link: LINK } }),
  },
  [`post ${portal}/auth/undo-email`]: {
    open: 'a link that went to the old address',
    sample: () => ({ body: { link: LINK } }),
  },
  [`post ${portal}/auth/change-password`]: {
    ownOnly: true,
    sample: () => ({ body: weakPassword }),
    status: 422,
  },
  [`post ${staff}/auth/change-password`]: {
    ownOnly: true,
    sample: () => ({ body: weakPassword }),
    status: 422,
  },
  // Sent again and again it would lock the account: stops at the address.
  [`post ${portal}/auth/change-email`]: {
    ownOnly: true,
    sample: () => ({ body: { password: 'x', email: 'none' } }),
    status: 400,
  },
  [`post ${staff}/auth/change-email`]: {
    ownOnly: true,
    sample: () => ({ body: { password: 'x', email: 'none' } }),
    status: 400,
  },
  [`get ${portal}/device-key/recipient`]: { ownOnly: true, status: 200 },
  // Those who reach it are asked to sign in again: no ticket is good for them.
  [`post ${portal}/device-key/open`]: {
    names: ['client'],
    sample: ({ client }) => ({
      body: {
        ticket: 'A'.repeat(48),
        client,
        keyId: 'k1',
        box: 'A'.repeat(200),
        answerTo: 'A'.repeat(43),
      },
    }),
    reach: holders,
    status: 403,
  },
  [`get ${portal}/auth/account`]: { ownOnly: true, status: 200 },
  [`get ${portal}/auth/terms`]: { ownOnly: true, status: 200 },
  [`post ${portal}/auth/terms`]: {
    ownOnly: true,
    sample: () => ({ body: { version: 'none' } }),
    status: 409,
  },
  [`post ${staff}/accounts/search`]: { ownOnly: true, sample: () => ({ body: {} }), status: 200 },
  [`get ${staff}/auth/account`]: { ownOnly: true, status: 200 },
  [`post ${staff}/clients/{id}/invite`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { id: client }, body: { mail: false } }),
    reach: ['front-desk', 'admin'],
    // They have an account.
    status: 409,
  },
  [`post ${staff}/accounts/{id}/unlock`]: {
    names: ['account'],
    sample: ({ account }) => ({ params: { id: account } }),
    reach: ['front-desk', 'admin'],
    status: 204,
  },
  [`get ${staff}/team`]: { ownOnly: true, status: 200 },
  [`post ${staff}/team`]: {
    ownOnly: true,
    sample: () => ({ body: { name: 'X', email: 'none', role: 'admin' } }),
    status: 400,
  },
  [`post ${staff}/team/{id}/sign-out`]: {
    names: ['account'],
    sample: ({ account }) => ({ params: { id: account } }),
    // As above: a client's account is no colleague's.
    reach: [],
    status: 404,
  },
  [`post ${staff}/team/{id}/close`]: {
    names: ['account'],
    sample: ({ account }) => ({ params: { id: account } }),
    // A client's account is no colleague's: nobody reaches it here. The real thing: tests/integration/accounts.test.ts.
    reach: [],
    status: 404,
  },
  [`get ${portal}/auth/devices`]: { ownOnly: true, status: 200 },
  [`post ${portal}/auth/confirm`]: { ownOnly: true, sample: () => ({ body: {} }), status: 400 },
  [`post ${portal}/auth/devices/sign-out-others`]: { ownOnly: true, status: 204 },
  [`post ${staff}/auth/devices/sign-out-others`]: { ownOnly: true, status: 204 },
  [`post ${portal}/auth/devices/{id}/sign-out`]: {
    names: ['device'],
    sample: ({ device }) => ({ params: { id: device } }),
    reach: ['own'],
    status: 204,
    onlyAccount: true,
  },
  [`get ${staff}/clients/{client}/devices`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { client } }),
    reach: ['assigned-clinician', 'front-desk', 'admin'],
    status: 200,
  },
  [`delete ${staff}/clients/{client}/devices/{id}`]: {
    names: ['client', 'device'],
    sample: ({ client, device }) => ({ params: { client, id: device } }),
    reach: ['assigned-clinician', 'front-desk', 'admin'],
    // Its owner took it before: there is nothing left to sign out. The real thing: tests/integration/devices.test.ts.
    status: 404,
    once: true,
  },
  [`delete ${portal}/auth/devices/{id}`]: {
    names: ['device'],
    sample: ({ device }) => ({ params: { id: device } }),
    reach: ['own'],
    status: 204,
    onlyAccount: true,
    once: true,
  },
  [`post ${portal}/auth/register/access`]: {
    open: 'a link that went to one address, and the day of birth of the person whose record it is',
    sample: () => ({
      body: {
        invite: LINK,
        dateOfBirth: '1950-05-05',
        name: 'Matrix',
        password: 'three slow herons',
        acceptTerms: true,
      },
    }),
  },
  [`delete ${portal}/access/invitations/{id}`]: {
    names: ['invitation'],
    sample: ({ invitation }) => ({ params: { id: invitation } }),
    reach: ['own'],
    status: 204,
    onlyAccount: true,
    once: true,
  },
  [`delete ${staff}/clients/{client}/access/invitations/{id}`]: {
    names: ['client', 'invitation'],
    sample: ({ client, invitation }) => ({ params: { client, id: invitation } }),
    reach: ['front-desk', 'admin'],
    // Its owner took it back before.
    status: 404,
    once: true,
  },
}
