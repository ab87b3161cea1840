/**
 * The second client, in a real browser, with valid tokens and a hand-written socket, reaches for the first client's
 * record: by address, by every route, by every message. The server-side matrix is in tests/security.
 */
import type { Page } from '@playwright/test'
import { openForm } from './filling.ts'
import { expect, PASSWORD, signIn, test, unlock } from './portal-test.ts'
import { installScriptKey } from './script-key.ts'

interface Login {
  readonly token: string
  readonly ticket: string
  readonly client: string
  readonly device: string
}

/** Signs in by hand, as an attacker's script would, beside the app's own session. */
const login = async (page: Page, email: string): Promise<Login> => {
  await installScriptKey(page)
  return page.evaluate(
    async ({ email, password }) => {
      const device = crypto.randomUUID()
      const response = await window.scriptKey.fetch('/api/v1/portal/auth/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password, device: { id: device, name: 'script' } }),
      })
      const body = await response.json()
      const { accessToken: token, socketTicket: ticket, account } = body
      return { token, ticket, client: account.clientId, device }
    },
    { email, password: PASSWORD },
  )
}

/** One event over a socket spoken by hand: connect, authenticate, send, and what came back. */
const emit = (page: Page, ticket: string, event: string, message: unknown): Promise<string> =>
  page.evaluate(
    ({ ticket, event, message }) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(
          `${location.origin.replace('http', 'ws')}/api/v1/portal/sync/v1/socket/?EIO=4&transport=websocket`,
        )
        socket.onmessage = async ({ data }) => {
          const text = String(data)
          if (text.startsWith('0')) {
            const { sid } = JSON.parse(text.slice(1))
            socket.send(`40${JSON.stringify(await window.scriptKey.handshake(sid, ticket))}`)
          }
          if (text === '2') socket.send('3')
          else if (text.startsWith('40')) socket.send(`421${JSON.stringify([event, message])}`)
          else if (text.startsWith('43') || text.startsWith('44')) {
            resolve(text)
            socket.close()
          }
        }
        socket.onclose = () => resolve('closed')
      }),
    { ticket, event, message },
  )

test('the second client reaches nothing of the first', async ({ portal, launch }) => {
  const first = (await launch()).page
  await signIn(first, portal.url, 'client@demo.test')
  await openForm(first, 'Initial Intake')
  const draftId = new URL(first.url()).pathname.split('/')[2] as string
  expect(draftId).toMatch(/^[0-9a-f-]{36}$/)
  const victim = await login(first, 'client@demo.test')

  const second = (await launch()).page
  await signIn(second, portal.url, 'client2@demo.test')
  await expect(second.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  // By address: the app has nothing to show.
  await second.goto(`${portal.url}/forms/${draftId}`)
  await unlock(second)
  await expect(second.getByRole('heading', { name: 'This form is not on this device' })).toBeVisible()
  const attacker = await login(second, 'client2@demo.test')

  // By every message: the same answer as for a client that does not exist.
  const nobody = '00000000-0000-4000-8000-000000000000'
  const messages = (client: string, document: string): [string, unknown][] => [
    ['hello', { p: 1, v: 1, client, device: attacker.device, cursor: null, m: 1 }],
    ['pull', { client, after: 0, upTo: null }],
    ['push', { client, mutations: [[1, 6, document, 1, 1, [['answers/first-name', 'Mallory']]]] }],
  ]
  for (const [index, [event, message]] of messages(victim.client, draftId).entries()) {
    const answer = await emit(second, attacker.ticket, event, message)
    const [, unknown] = messages(nobody, nobody)[index] as [string, unknown]
    expect(answer).toBe(await emit(second, attacker.ticket, event, unknown))
    expect(answer).toContain('not_found')
  }

  // A write to the own record that names the other's document makes nothing and tells nothing.
  const guess = await emit(second, attacker.ticket, 'push', {
    client: attacker.client,
    mutations: [[9, 6, draftId, 1, 1, [['answers/first-name', 'Mallory']]]],
  })
  expect(guess).not.toContain('Initial Intake')

  // By route.
  const statuses = await second.evaluate(
    async ({ token, draftId }) => {
      const get = async (path: string) =>
        (await window.scriptKey.fetch(`/api/v1/portal/${path}`, {}, token)).status
      return {
        foreign: await get(`forms/${draftId}`),
        random: await get(`forms/${crypto.randomUUID()}`),
        submission: await get(`forms/submissions/${draftId}`),
      }
    },
    { token: attacker.token, draftId },
  )
  expect(statuses).toEqual({ foreign: 404, random: 404, submission: 404 })

  // And the first client's draft is what it was.
  await first.getByRole('link', { name: /^About you/ }).click()
  await expect(first.getByLabel('Legal first name')).toHaveValue('')
})
