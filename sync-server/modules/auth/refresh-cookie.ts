/** The refresh token's cookie: out of reach of scripts, of other sites, of subdomains and of plain http (localhost apart). */
import { parseCookie, stringifySetCookie } from 'cookie'
import type { Request, Response } from 'express'
import { SESSION_SECONDS } from './session-limits.ts'

const NAME = '__Host-portal-refresh'

export const refreshCookie = (request: Request): string | undefined =>
  parseCookie(request.headers.cookie ?? '')[NAME]

export function setRefreshCookie(response: Response, token: string | undefined): void {
  const cookie = stringifySetCookie({
    name: NAME,
    value: token ?? '',
    path: '/',
    httpOnly: true,
    secure: true,
    sameSite: 'strict',
    maxAge: token === undefined ? 0 : SESSION_SECONDS,
  })
  response.appendHeader('Set-Cookie', cookie)
}
