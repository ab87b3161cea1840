/**
 * From route definitions to Express: authenticate, check the role, parse, handle, answer. Whoever may not call a
 * route learns that before anything of the request is looked at; a malformed id is as absent as an unknown one.
 */
import express, { type Request, type RequestHandler, type Response, Router } from 'express'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import type { DeviceKey } from '../platform/possession.ts'
import type { Actor } from '../replication/actor.ts'
import { type Authenticate, accessToken } from './authenticate.ts'
import type { ClientAddress } from './client-address.ts'
import { formBody, jsonBody } from './json-body.ts'
import type { Machines } from './machine.ts'
import { holdsNul } from './nul.ts'
import { type DelayedRefusal, notFound, sendProblem } from './problem.ts'
import type { Prove } from './prove.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Caller, MachineAccess, MachineScope, Route } from './route.ts'

interface Deps {
  readonly authenticate: Authenticate
  readonly machines: Machines
  readonly prove: Prove
  readonly limits: RateLimits
  readonly addressOf: ClientAddress
  /** Told of everybody whose role does not open a route; resolves when it is in the audit trail. */
  readonly auditDenied: (actor: Actor, route: Pick<Route, 'method' | 'path'>) => Promise<void>
}
interface Inputs {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  readonly headers: unknown
}

const notSignedIn = refusal('not_authenticated', 'A valid access token is needed.')
const nulInText = refusal('invalid_message', 'A text has a character that cannot be stored (NUL).')
const enrolmentNeeded = refusal(
  'enrolment_needed',
  'Your practice asks for two-step sign-in. Set it up first; nothing else is open until then.',
)
const notPermitted = refusal('not_permitted', 'Your account cannot do this.')

export function mountRoutes(routes: readonly Route[], deps: Deps): Router {
  const { limits, addressOf } = deps
  const router = Router({ caseSensitive: true })
  for (const route of routes) {
    const parsers = parsersOf(route)
    router[route.method](route.path, async (request, response) => {
      const caller: Caller = {
        ip: addressOf(request),
        userAgent: (request.headers['user-agent'] ?? '').slice(0, 300),
      }
      const limited = await limits.request(caller.ip)
      if (limited !== undefined) return sendProblem(response, limited)
      const admitted = await admit(route, { request, response, caller }, deps)
      if (!admitted.ok) return sendProblem(response, admitted.error)
      // After the token check, so that strangers cannot make the server read bodies.
      await parseBody(parsers, request, response)
      const inputs = parseInputs(route, request)
      if (!inputs.ok) return sendProblem(response, inputs.error)
      const answer = await route.handle({
        ...admitted.value,
        caller,
        ...inputs.value,
        bytes: request.body instanceof Uint8Array ? request.body : NO_BYTES,
        request,
        response,
      })
      if (!answer.ok) return sendProblem(response, answer.error)
      sendAnswer(route, response, answer.value)
    })
  }
  return router
}

function sendAnswer(route: Route, response: Response, value: unknown): void {
  if (route.streams !== undefined) return
  if (route.status === 204) response.status(204).end()
  // Through the schema, so that a field it does not name cannot leave by accident.
  else response.status(route.status).json(route.response.parse(value))
}

interface Admitted {
  readonly actor: Actor | undefined
  readonly sessionId: string | undefined
  readonly key: DeviceKey | undefined
  readonly scopes: ReadonlySet<MachineScope> | undefined
}
const NOBODY: Admitted = { actor: undefined, sessionId: undefined, key: undefined, scopes: undefined }

async function admit(
  route: Route,
  { request, response, caller }: { request: Request; response: Response; caller: Caller },
  deps: Pick<Deps, 'authenticate' | 'machines' | 'prove' | 'auditDenied'>,
): Promise<Result<Admitted, DelayedRefusal>> {
  const { access } = route
  const { authenticate, prove, auditDenied } = deps
  if (access === 'public') return ok(NOBODY)
  if (isOfMachines(access)) return admitMachine(route, access, { request, response, caller }, deps)
  const token = access === 'device' ? undefined : accessToken(request.headers.authorization)
  if (access !== 'device' && token === undefined) return err(notSignedIn)
  const proven = await prove(request, response, token)
  if (!proven.ok) return proven
  const key = proven.value
  if (access === 'device') return ok({ ...NOBODY, key })
  const who = await authenticate.request(token, key.thumbprint, [access.audience], caller)
  if (!who.ok) return who
  const { actor, sessionId, enrolling } = who.value
  if (enrolling && !route.whileEnrolling) return err(enrolmentNeeded)
  if (access.roles.includes(actor.role)) return ok({ ...NOBODY, actor, sessionId, key })
  await auditDenied(actor, route)
  return err(notPermitted)
}

const isOfMachines = (access: Route['access']): access is MachineAccess =>
  typeof access !== 'string' && access.audience === 'ehr'

async function admitMachine(
  route: Route,
  access: MachineAccess,
  { request, response, caller }: { request: Request; response: Response; caller: Caller },
  { machines, auditDenied }: Pick<Deps, 'machines' | 'auditDenied'>,
): Promise<Result<Admitted, DelayedRefusal>> {
  response.locals.challenge = 'Bearer'
  const who = await machines.authenticate(request.headers.authorization, caller)
  if (!who.ok) return who
  const { actor, scopes, tokenId } = who.value
  if (access.scopes.some((scope) => scopes.has(scope)))
    return ok({ ...NOBODY, actor, sessionId: tokenId, scopes })
  await auditDenied(actor, route)
  return err(refusal('not_permitted', `This needs a token with the scope ${access.scopes.join(' or ')}.`))
}

const BYTES = 'application/octet-stream'
const NO_BYTES = new Uint8Array()

const parsersOf = ({ form, takesBytes, bytesAs }: Route): readonly RequestHandler[] => {
  if (takesBytes !== undefined)
    return [express.raw({ type: bytesAs ?? BYTES, limit: takesBytes, inflate: false })]
  return form ? [jsonBody, formBody] : [jsonBody]
}

const parseBody = async (
  parsers: readonly RequestHandler[],
  request: Request,
  response: Response,
): Promise<void> => {
  for (const parse of parsers)
    await new Promise<void>((resolve, reject) => {
      parse(request, response, (error: unknown) => (error ? reject(error) : resolve()))
    })
}

function parseInputs(route: Route, request: Request): Result<Inputs, DelayedRefusal> {
  const params = route.params?.safeParse(request.params)
  if (params !== undefined && (!params.success || holdsNul(params.data))) return err(notFound)
  const query = route.query?.safeParse(request.query)
  const body = route.body?.safeParse(request.body)
  const headers = route.headers?.safeParse(request.headers)
  for (const part of [query, body, headers]) {
    if (part === undefined || part.success) continue
    const at = part.error.issues[0]?.path.map(String).join('.').slice(0, 100) ?? ''
    return err(
      refusal('invalid_message', at === '' ? 'The request is not well-formed.' : `Not valid: ${at}.`),
    )
  }
  if (!route.anyText && holdsNul([query?.data, body?.data])) return err(nulInText)
  return ok({ params: params?.data, query: query?.data, body: body?.data, headers: headers?.data })
}
