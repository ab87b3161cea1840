/**
 * The mails of the demo practice, as their readers would see them: where no mail server is set, they have to be read
 * somewhere. Exists only outside production; plain HTML without script, so that the CSP stays as it is.
 */
import { type RequestHandler, Router } from 'express'
import type { Mail } from '../platform/mailer.ts'
import { notFound, sendProblem } from './problem.ts'

export interface ShownMail {
  readonly id: string
  /** ms */
  readonly at: number
  readonly mail: Mail
}

const STYLE = `
:root { color-scheme: light dark; font: 17px/1.55 system-ui, sans-serif; --line: #8884; --accent: #0b6b62; --soft: #5a6b68 }
@media (prefers-color-scheme: dark) { :root { --accent: #6cc9bd; --soft: #a3b3b0 } }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 44rem; overflow-wrap: anywhere }
h1 { font-size: 1.5rem; line-height: 1.25 } a { color: var(--accent) } ul { list-style: none; padding: 0; margin: 0 }
.note, time, .to { color: var(--soft); font-size: .9rem }
li a { display: block; padding: .85rem 1rem; border: 1px solid var(--line); border-radius: .6rem; margin: .5rem 0; text-decoration: none; color: inherit }
li a strong { color: var(--accent); display: block } li a:hover { border-color: var(--accent) }
article { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.25rem; white-space: pre-wrap }
`
const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const page = (title: string, body: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/demo/outbox.css"></head><body><main>${body}</main></body></html>`

const when = (at: number) => new Date(at).toISOString().replace('T', ' ').slice(0, 19)
/** Links in the text become links; everything else stays as written. */
const linked = (text: string) =>
  escapeHtml(text).replaceAll(/https?:\/\/[^\s<]+/g, (href) => `<a href="${href}">${href}</a>`)

export function demoOutbox(mails: () => Promise<readonly ShownMail[]>): RequestHandler {
  const router = Router()
  router.use('/demo', (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store')
    next()
  })
  router.get('/demo/outbox.css', (_request, response) => {
    response.type('css').send(STYLE)
  })
  router.get('/demo/outbox', async (_request, response) => {
    const items = (await mails()).map(
      ({ id, at, mail }) =>
        `<li><a href="/demo/outbox/${id}"><strong>${escapeHtml(mail.subject)}</strong><span class="to">To ${escapeHtml(mail.to)}</span> · <time>${when(at)} UTC</time></a></li>`,
    )
    const list = items.length > 0 ? `<ul>${items.join('')}</ul>` : '<p>Nothing was sent yet.</p>'
    const note =
      '<p class="note">Mails, texts and pushes of the demo practice, newest first. With a mail server (PORTAL_SMTP_URL), and in production, this page does not exist. Reload to see what came since.</p>'
    response.type('html').send(page('Outbox of the demo', `<h1>Outbox of the demo</h1>${note}${list}`))
  })
  router.get('/demo/outbox/:id', async (request, response) => {
    const found = (await mails()).find(({ id }) => id === request.params.id)
    if (found === undefined) return sendProblem(response, notFound)
    const { mail, at } = found
    const head = `<p><a href="/demo/outbox">All mails</a></p><h1>${escapeHtml(mail.subject)}</h1><p class="to">To ${escapeHtml(mail.to)} · <time>${when(at)} UTC</time></p>`
    response.type('html').send(page(mail.subject, `${head}<article>${linked(mail.text)}</article>`))
  })
  return router
}
