/**
 * The demo's payment page and its bank: forms without script, on the portal's own address so that they are reached wherever
 * it is. They say on every page that no real card and no real money is meant. Never in production.
 */
import express, { type Request, type RequestHandler, Router } from 'express'
import { moneyOf } from '../../shared/domains/billing/money.ts'
import { LANGUAGES, type Language } from '../../shared/domains/profile/preferences.ts'
import { notFound, sendProblem } from '../http/problem.ts'
import { cardOf } from './cards.ts'
import { type PageWords, pageWords } from './page-words.ts'
import type { DemoPayer } from './payer.ts'
import type { Session } from './state.ts'

const STYLE = `
:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; --line: #767a8c; --accent: #4b3fbf; --ink: #fff; --soft: #595d73; --warn: #fff3cf; --warn-ink: #4d3900; --bad: #a3161f }
@media (prefers-color-scheme: dark) { :root { --accent: #a79fff; --ink: #17133a; --soft: #b3b7cc; --line: #868aa0; --warn: #3c2f05; --warn-ink: #ffe9a8; --bad: #ff9aa0 } }
body { margin: 0 auto; padding: 1.25rem 1rem 3rem; max-width: 27rem; overflow-wrap: anywhere }
.demo { background: var(--warn); color: var(--warn-ink); padding: .7rem 1rem; border-radius: .5rem; font-size: .95rem }
h1 { font-size: 1.15rem; font-weight: 600; color: var(--soft); margin: 1.5rem 0 0 } .amount { font-size: 2.2rem; font-weight: 650; margin: 0 0 1.25rem }
form { display: grid; gap: 1rem; margin: 1rem 0 } label { display: grid; gap: .3rem; font-weight: 600 } .hint { font-weight: 400; color: var(--soft); font-size: .9rem }
h2 { font-size: 1rem; margin: 1.75rem 0 0 } ul { margin-top: .4rem }
input[type=text] { font: inherit; font-weight: 400; background: Canvas; color: CanvasText; padding: .65rem .75rem; border: 1px solid var(--line); border-radius: .45rem; width: 100%; box-sizing: border-box } ::placeholder { color: var(--soft); opacity: 1 }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; align-items: end } .check { display: flex; gap: .6rem; align-items: center; min-height: 2.75rem } .check input { width: 1.3rem; height: 1.3rem }
button { font: inherit; font-weight: 650; min-height: 3rem; border: 0; border-radius: .45rem; background: var(--accent); color: var(--ink); cursor: pointer }
button.quiet { background: none; color: var(--accent); border: 1px solid var(--line) } :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.bad { color: var(--bad); font-weight: 600 } a { color: var(--accent) } ul { padding-left: 1.2rem; color: var(--soft); font-size: .9rem } code { white-space: nowrap }
`
const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

interface Speech {
  readonly language: Language
  readonly words: PageWords
}
const speechOf = (language: Language): Speech => ({ language, words: pageWords[language] })

const page = ({ language, words }: Speech, title: string, body: string) => `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/demo/checkout.css"></head><body><main>
<p class="demo" role="note"><strong>${words.demo}</strong> ${words.noMoney}</p>${body}</main></body></html>`

const testCards = ({ testCards: title, pays, asks, declines, disputes }: PageWords) =>
  `<h2>${title}</h2><ul><li><code>4242 4242 4242 4242</code> ${pays}</li><li><code>4000 0027 6000 3184</code> ${asks}</li><li><code>4000 0000 0000 0002</code> ${declines}</li><li><code>4000 0000 0000 0259</code> ${disputes}</li></ul>`

const troubleIn = (words: PageWords, trouble: string): string =>
  trouble === 'card' ? words.wrongCard : trouble === 'insufficient_funds' ? words.noFunds : words.declined

const closedPage = ({ status, successUrl, cancelUrl }: Session, speech: Speech) => {
  const { words } = speech
  const [title, text, back] =
    status === 'complete'
      ? [words.done, words.goBack, successUrl]
      : [words.closed, words.beginAgain, cancelUrl]
  return page(
    speech,
    words.payment,
    `<h1>${title}</h1><p>${text}</p><p><a href="${escapeHtml(here(back))}">${words.back}</a></p>`,
  )
}

/** The portal at the address under which it is reached here: the pages are its own. */
const here = (url: string): string => {
  const { pathname, search } = new URL(url)
  return `${pathname}${search}`
}

type Saved = ReturnType<DemoPayer['savedOf']>
const savedForms = (id: string, saved: Saved, { payWith }: PageWords) =>
  saved
    .map(
      ([methodId, { card }]) =>
        `<form method="post" action="/demo/checkout/${id}"><input type="hidden" name="method" value="${methodId}"><button class="quiet">${escapeHtml(payWith(`${card.brand} ···· ${card.last4}`))}</button></form>`,
    )
    .join('')

interface Shown {
  readonly saved: Saved
  readonly trouble: string | undefined
}

function openPage(id: string, session: Session, { saved, trouble }: Shown, speech: Speech): string {
  const { mode, amount, currency, save, cancelUrl, title } = session
  const { language, words } = speech
  const price = amount === null ? '' : moneyOf(language, amount, (currency ?? 'usd').toUpperCase())
  const [heading, button, without] =
    mode === 'setup'
      ? [words.saveHeading, words.save, words.backUnsaved]
      : [title, words.pay(price), words.backUnpaid]
  const alert = trouble === undefined ? '' : `<p class="bad" role="alert">${troubleIn(words, trouble)}</p>`
  const keep = save
    ? `<label class="check"><input type="checkbox" name="save" value="1"> ${words.keep}</label>`
    : ''
  return page(
    speech,
    heading,
    `<h1>${escapeHtml(heading)}</h1>${price === '' ? '' : `<p class="amount">${price}</p>`}${alert}${savedForms(id, saved, words)}
<form method="post" action="/demo/checkout/${id}" autocomplete="off">
<label>${words.number}<input type="text" name="number" inputmode="numeric" autocomplete="off"></label>
<div class="pair"><label>${words.expires}<input type="text" name="expiry" placeholder="12/34" autocomplete="off"></label><label>${words.code}<input type="text" name="cvc" inputmode="numeric" placeholder="123" autocomplete="off"></label></div>
${keep}<button>${button}</button></form>
<p><a href="${escapeHtml(here(cancelUrl))}">${without}</a></p>${testCards(words)}`,
  )
}

export function demoPaymentPages(service: DemoPayer): RequestHandler {
  const router = Router()
  const form = express.urlencoded({ extended: false, limit: 10_000, parameterLimit: 20 })
  router.use(['/demo/checkout', '/demo/bank'], (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store')
    next()
  })
  router.get('/demo/checkout.css', (_request, response) => {
    response.type('css').send(STYLE)
  })

  /** As the portal asked; else as the browser does. */
  const speechFor = (request: Request, session: Session | undefined): Speech =>
    speechOf(
      session?.locale ?? LANGUAGES.find((one) => one === request.acceptsLanguages(...LANGUAGES)) ?? 'en',
    )
  const checkout = (id: string, request: Request, trouble?: string): string | undefined => {
    const session = service.open(id)
    if (session === undefined) return undefined
    const speech = speechFor(request, session)
    if (session.status !== 'open') return closedPage(session, speech)
    const saved = session.mode === 'setup' ? [] : service.savedOf(session.customer)
    return openPage(id, session, { saved, trouble }, speech)
  }

  router.get('/demo/checkout/:id', (request, response) => {
    const html = checkout(request.params.id, request)
    if (html === undefined) return sendProblem(response, notFound)
    response.type('html').send(html)
  })
  router.post('/demo/checkout/:id', form, (request, response) => {
    const { id } = request.params
    const session = service.open(String(id))
    if (session === undefined) return sendProblem(response, notFound)
    if (session.status !== 'open') return response.redirect(303, `/demo/checkout/${id}`)
    const given = request.body as Record<string, string | undefined>
    const own = service.savedOf(session.customer).some(([methodId]) => methodId === given.method)
    const card = own ? undefined : cardOf(given.number ?? '', given.expiry ?? '')
    if (!own && card === undefined)
      return response
        .status(422)
        .type('html')
        .send(checkout(String(id), request, 'card'))
    const done = service.submit(String(id), {
      ...(card === undefined ? {} : { card }),
      ...(own && given.method !== undefined ? { methodId: given.method } : {}),
      save: given.save === '1',
    })
    if ('url' in done) return response.redirect(303, here(done.url))
    response
      .status(402)
      .type('html')
      .send(checkout(String(id), request, done.trouble))
  })

  router.get('/demo/bank/:id', (request, response) => {
    const intent = service.bank(request.params.id)
    if (intent === undefined) return sendProblem(response, notFound)
    const speech = speechFor(request, service.sessionOf(request.params.id))
    const { language, words } = speech
    const price = moneyOf(language, intent.amount, intent.currency.toUpperCase())
    response
      .type('html')
      .send(
        page(
          speech,
          words.bank,
          `<h1>${words.isThisYou}</h1><p class="amount">${price}</p><form method="post" action="/demo/bank/${request.params.id}"><button name="answer" value="yes">${words.yes}</button><button class="quiet" name="answer" value="no">${words.no}</button></form>`,
        ),
      )
  })
  router.post('/demo/bank/:id', form, (request, response) => {
    const id = String(request.params.id)
    if (service.bank(id) === undefined) return sendProblem(response, notFound)
    const { answer } = request.body as { answer?: string }
    response.redirect(303, here(service.answerBank(id, answer === 'yes')))
  })
  return router
}
