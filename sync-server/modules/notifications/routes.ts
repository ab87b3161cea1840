/** The links that end mails: a page with one button for people, and a POST for mail programs (RFC 8058). */
import type { Request } from 'express'
import { z } from 'zod'
import { LANGUAGES, type Language } from '../../../shared/domains/profile/preferences.ts'
import { ok } from '../../../shared/kernel/result.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { Unsubscribe } from './unsubscribe.ts'
import { brokenLinkPage, endedPage, unsubscribePage } from './unsubscribe-page.ts'

const path = '/api/v1/unsubscribe/:token'
const tag = 'notifications'
const params = z.object({ token: z.string().max(200) })
/** As the mail was written; without it as the browser asks for. */
const query = z.object({ language: z.enum(LANGUAGES).optional() })

const languageFor = (request: Request, said: Language | undefined): Language =>
  said ?? (request.acceptsLanguages('en', 'es') === 'es' ? 'es' : 'en')
/** A person looks at it in a browser; a mail program reads no more than whether it was done. */
const isRead = (request: Request): boolean => request.accepts(['application/problem+json', 'html']) === 'html'

export const unsubscribeRoutes = (unsubscribe: Unsubscribe): Route[] => [
  defineRoute({
    method: 'get',
    path,
    summary: 'Asks whether mails of this kind shall end; changes nothing',
    tag,
    access: 'public',
    params,
    query,
    response: z.null(),
    streams: ['text/html'],
    refusals: ['not_found'],
    handler: async ({ params: { token }, query: { language: said }, request, response }) => {
      const language = languageFor(request, said)
      const found = unsubscribe.find(token)
      if (found.ok) response.type('html').send(unsubscribePage(found.value.kind, language))
      else if (isRead(request)) response.status(404).type('html').send(brokenLinkPage(language))
      else return found
      return ok(null)
    },
  }),
  defineRoute({
    method: 'post',
    path,
    summary: 'Ends mails of this kind, with one click (RFC 8058)',
    tag,
    access: 'public',
    params,
    query,
    form: true,
    response: z.null(),
    streams: ['text/html'],
    refusals: ['not_found'],
    handler: async ({ params: { token }, query: { language: said }, caller, request, response }) => {
      const ended = await unsubscribe.end(token, caller)
      if (!ended.ok) return ended
      response.type('html').send(endedPage(languageFor(request, said)))
      return ok(null)
    },
  }),
]
