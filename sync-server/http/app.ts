/** The HTTP surface, in the order in which a request meets it. SPEC: security.md "Surface" is kept here and tested in tests/security. */
import { randomUUID } from 'node:crypto'
import { constants } from 'node:zlib'
import compression from 'compression'
import express, { type ErrorRequestHandler, type Express, type RequestHandler, Router } from 'express'
import { refusal } from '../../shared/protocol/errors.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Outages } from '../platform/outage.ts'
import type { SigningKeys } from '../platform/signing-keys.ts'
import type { Authenticate } from './authenticate.ts'
import type { ClientAddress } from './client-address.ts'
import { demoOutbox, type ShownMail } from './demo-outbox.ts'
import { DOCS_STYLE, docsPage } from './docs-page.ts'
import { type Health, healthRoutes } from './health.ts'
import { bodyRefusal } from './json-body.ts'
import type { Machines } from './machine.ts'
import { mountRoutes } from './mount-routes.ts'
import { type OpenApiDocument, openApiDocument } from './openapi.ts'
import { internal, notFound, sendProblem, unavailable } from './problem.ts'
import type { Prove } from './prove.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Route } from './route.ts'
import { noStore, securityHeaders } from './security-headers.ts'
import { staticFiles } from './static-files.ts'

export interface AppDeps {
  readonly routes: readonly Route[]
  readonly authenticate: Authenticate
  readonly machines: Machines
  readonly prove: Prove
  /** Public halves of the keys that sign access tokens. */
  readonly jwks: SigningKeys['jwks']
  readonly limits: RateLimits
  readonly addressOf: ClientAddress
  readonly auditDenied: Parameters<typeof mountRoutes>[1]['auditDenied']
  readonly logger: Logger
  /** The built app; need not exist. */
  readonly staticFolder: string
  /** Is the server published over https? */
  readonly https: boolean
  readonly outages: Outages
  readonly health: Health
  readonly metrics: Metrics
  /** Mails that have no other place to be read (demo only). */
  readonly shownMails?: (() => Promise<readonly ShownMail[]>) | undefined
  /** Pages of the demo's payment service (demo only). */
  readonly paymentPages?: RequestHandler | undefined
}

export function createApp(deps: AppDeps): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.use(requestLog(deps))
  app.use(...securityHeaders(deps.https))
  app.use(knownMethods)
  app.use(compressed)
  app.use(healthRoutes(deps.health))
  app.use('/api', noStore, (request, response, next) => {
    // Nothing of the API is kept anywhere, so nothing can be unchanged: `If-None-Match: *` would get an empty 304.
    delete request.headers['if-none-match']
    delete request.headers['if-modified-since']
    // What has no body must show whose it is too: a network's own page could have answered (replica SPEC, R23).
    response.setHeader('X-Portal', '1')
    next()
  })
  app.use(documentation(deps.routes))
  app.get('/.well-known/jwks.json', (_request, response) => {
    response.setHeader('Cache-Control', 'public, max-age=300')
    response.type('application/jwk-set+json').send(JSON.stringify(deps.jwks))
  })
  app.use(mountRoutes(deps.routes, deps))
  app.use('/api', (_request, response) => sendProblem(response, notFound))
  if (deps.shownMails !== undefined) app.use(demoOutbox(deps.shownMails))
  if (deps.paymentPages !== undefined) app.use(deps.paymentPages)
  app.use(staticFiles(deps.staticFolder))
  app.use((_request, response) => {
    response.setHeader('Cache-Control', 'no-store')
    sendProblem(response, notFound)
  })
  app.use(lastResort(deps))
  return app
}

/** The router would answer OPTIONS by itself, with the methods of a route that the caller may not know. */
const knownMethods: RequestHandler = (request, response, next) => {
  if (METHODS.has(request.method)) return next()
  response.setHeader('Cache-Control', 'no-store')
  sendProblem(response, notFound)
}
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE'])

const compressed: RequestHandler = compression({
  threshold: 512,
  // Against the library's 4: a seventh fewer bytes of a first pull for the same time.
  brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } },
  // Answers with tokens are not compressed together with what a stranger may have chosen.
  filter: (request, response) => !request.url.includes('/auth/') && compression.filter(request, response),
})

function requestLog({ logger, metrics }: Pick<AppDeps, 'logger' | 'metrics'>): RequestHandler {
  return (request, response, next) => {
    const requestId = randomUUID()
    const start = performance.now()
    response.locals.requestId = requestId
    response.setHeader('X-Request-Id', requestId)
    response.on('finish', () => {
      const ms = Math.round(performance.now() - start)
      // The route's pattern, not the address: queries may hold what a person typed.
      const route = typeof request.route?.path === 'string' ? request.route.path : 'none'
      const { method } = request
      const status = response.statusCode
      logger.info({ requestId, method, route, status, ms }, 'request')
      // What a stranger may choose freely is no label: there is one for each that was ever seen.
      if (METHODS.has(method)) metrics.request({ method, route, status, seconds: ms / 1000 })
    })
    next()
  }
}

function documentation(routes: readonly Route[]): RequestHandler {
  // Made when it is asked for: describing every route is a good part of a start.
  let known: OpenApiDocument | undefined
  const document = () => {
    known ??= openApiDocument(routes)
    return known
  }
  const router = Router()
  router.get('/api/v1/openapi.json', (_request, response) => {
    response.json(document())
  })
  router.get('/api/v1/docs', (_request, response) => {
    response.type('html').send(docsPage(document()))
  })
  router.get('/api/v1/docs.css', (_request, response) => {
    response.type('css').send(DOCS_STYLE)
  })
  return router
}

const lastResort =
  ({ logger, outages }: Pick<AppDeps, 'logger' | 'outages'>): ErrorRequestHandler =>
  (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error)
    const theirs = bodyRefusal(error)
    if (theirs !== undefined)
      return sendProblem(response, refusal(theirs, 'The body of the request was not accepted.'))
    if (error instanceof URIError) return sendProblem(response, notFound)
    response.setHeader('Cache-Control', 'no-store')
    if (outages.note(error)) return sendProblem(response, unavailable)
    logger.error({ requestId: response.locals.requestId, err: error }, 'request failed')
    sendProblem(response, internal)
  }
