/**
 * From route definitions to Express: authenticate, check the role, parse, handle, answer. Whoever may not call a
 * route learns that before anything of the request is looked at; a malformed id is as absent as an unknown one.
 */
import { type Request, type Response, Router } from 'express'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import type { Actor } from '../replication/actor.ts'
import { type Authenticate, type Authenticated, bearerToken } from './authenticate.ts'
import type { ClientAddress } from './client-address.ts'
import { jsonBody } from './json-body.ts'
import { type DelayedRefusal, notFound, sendProblem } from './problem.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Caller, Route } from './route.ts'

interface Deps {
  readonly authenticate: Authenticate
  readonly limits: RateLimits
  readonly addressOf: ClientAddress
  /** Told of everybody whose role does not open a route; resolves when it is in the audit trail. */
  readonly auditDenied: (actor: Actor, route: Pick<Route, 'method' | 'path'>) => Promise<void>
}
interface Inputs {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

const notPermitted = refusal('not_permitted', 'Your account cannot do this.')

export function mountRoutes(routes: readonly Route[], deps: Deps): Router {
  const { limits, addressOf } = deps
  const router = Router({ caseSensitive: true })
  for (const route of routes) {
    router[route.method](route.path, async (request, response) => {
      const caller: Caller = {
        ip: addressOf(request),
        userAgent: (request.headers['user-agent'] ?? '').slice(0, 300),
      }
      const limited = await limits.request(caller.ip)
      if (limited !== undefined) return sendProblem(response, limited)
      const admitted = await admit(route, request, caller, deps)
      if (!admitted.ok) return sendProblem(response, admitted.error)
      // After the token check, so that strangers cannot make the server read bodies.
      await parseBody(request, response)
      const inputs = parseInputs(route, request)
      if (!inputs.ok) return sendProblem(response, inputs.error)
      const answer = await route.handle({
        actor: admitted.value?.actor,
        sessionId: admitted.value?.sessionId,
        caller,
        ...inputs.value,
        request,
        response,
      })
      if (!answer.ok) return sendProblem(response, answer.error)
      if (route.status === 204) response.status(204).end()
      // Through the schema, so that a field it does not name cannot leave by accident.
      else response.status(route.status).json(route.response.parse(answer.value))
    })
  }
  return router
}

async function admit(
  route: Route,
  request: Request,
  caller: Caller,
  { authenticate, auditDenied }: Pick<Deps, 'authenticate' | 'auditDenied'>,
): Promise<Result<Authenticated | undefined, DelayedRefusal>> {
  const { access } = route
  if (access === 'public') return ok(undefined)
  const who = await authenticate(bearerToken(request.headers.authorization), [access.audience], caller)
  if (!who.ok || access.roles.includes(who.value.actor.role)) return who
  await auditDenied(who.value.actor, route)
  return err(notPermitted)
}

const parseBody = (request: Request, response: Response): Promise<void> =>
  new Promise((resolve, reject) => {
    jsonBody(request, response, (error: unknown) => (error ? reject(error) : resolve()))
  })

function parseInputs(route: Route, request: Request): Result<Inputs, DelayedRefusal> {
  const params = route.params?.safeParse(request.params)
  if (params !== undefined && !params.success) return err(notFound)
  const query = route.query?.safeParse(request.query)
  const body = route.body?.safeParse(request.body)
  for (const part of [query, body]) {
    if (part === undefined || part.success) continue
    const at = part.error.issues[0]?.path.map(String).join('.').slice(0, 100) ?? ''
    return err(
      refusal('invalid_message', at === '' ? 'The request is not well-formed.' : `Not valid: ${at}.`),
    )
  }
  return ok({ params: params?.data, query: query?.data, body: body?.data })
}
