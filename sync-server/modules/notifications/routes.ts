/** The links that end mails: a page with one button for people, and a POST for mail programs (RFC 8058). */
import { z } from 'zod'
import type { NoticeKind } from '../../../shared/domains/profile/preferences.ts'
import { ok } from '../../../shared/kernel/result.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { Unsubscribe } from './unsubscribe.ts'
import { endedPage, unsubscribePage } from './unsubscribe-page.ts'

const path = '/api/v1/unsubscribe/:token'
const tag = 'notifications'
const params = z.object({ token: z.string().max(200) })

export const unsubscribeRoutes = (unsubscribe: Unsubscribe): Route[] => [
  defineRoute({
    method: 'get',
    path,
    summary: 'Asks whether mails of this kind shall end; changes nothing',
    tag,
    access: 'public',
    params,
    response: z.null(),
    streams: ['text/html'],
    refusals: ['not_found'],
    handler: async ({ params: { token }, request, response }) => {
      const found = unsubscribe.find(token)
      if (!found.ok) return found
      const language = request.acceptsLanguages('en', 'es') === 'es' ? 'es' : 'en'
      response.type('html').send(unsubscribePage(found.value.kind satisfies NoticeKind, language))
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
    form: true,
    response: z.null(),
    streams: ['text/html'],
    refusals: ['not_found'],
    handler: async ({ params: { token }, caller, request, response }) => {
      const ended = await unsubscribe.end(token, caller)
      if (!ended.ok) return ended
      const language = request.acceptsLanguages('en', 'es') === 'es' ? 'es' : 'en'
      response.type('html').send(endedPage(language))
      return ok(null)
    },
  }),
]
