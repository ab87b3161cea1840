/** The demo's payment service over HTTP, on a loopback port of its own: the addresses and bodies of Stripe's API. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type DemoApiAnswers, type Params, refused, type Said } from './answers.ts'
import type { Memory } from './state.ts'

const MOST_BYTES = 100_000

type Handler = (params: Params, id: string) => Said

const routesOf = (
  service: DemoApiAnswers,
): readonly (readonly [method: string, path: RegExp, handle: Handler])[] => [
  ['POST', /^\/v1\/customers$/, (params) => service.createCustomer(params)],
  ['DELETE', /^\/v1\/customers\/(\w+)$/, (_, id) => service.deleteCustomer(id)],
  ['GET', /^\/v1\/customers\/(\w+)\/payment_methods$/, (_, id) => service.methods(id)],
  ['POST', /^\/v1\/checkout\/sessions$/, (params) => service.createSession(params)],
  ['GET', /^\/v1\/checkout\/sessions\/(\w+)$/, (_, id) => service.session(id)],
  ['POST', /^\/v1\/checkout\/sessions\/(\w+)\/expire$/, (_, id) => service.expireSession(id)],
  ['POST', /^\/v1\/payment_intents$/, (params) => service.createIntent(params)],
  ['GET', /^\/v1\/payment_intents$/, (params) => service.intents(params)],
  ['GET', /^\/v1\/payment_intents\/(\w+)$/, (_, id) => service.intent(id)],
  ['POST', /^\/v1\/payment_intents\/(\w+)\/confirm$/, (params, id) => service.confirmIntent(id, params)],
  ['POST', /^\/v1\/payment_intents\/(\w+)\/cancel$/, (_, id) => service.cancelIntent(id)],
  ['GET', /^\/v1\/payment_methods\/(\w+)$/, (_, id) => service.method(id)],
  ['POST', /^\/v1\/payment_methods\/(\w+)\/detach$/, (_, id) => service.detach(id)],
  ['POST', /^\/v1\/refunds$/, (params) => service.createRefund(params)],
  ['GET', /^\/v1\/disputes$/, (params) => service.disputes(params)],
  ['GET', /^\/v1\/refunds$/, (params) => service.refunds(params)],
]

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request) {
    length += (part as Buffer).length
    if (length > MOST_BYTES) throw new RangeError('too large')
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts).toString('utf8')
}

export interface DemoApi {
  readonly port: number
  close(): Promise<void>
}

export async function serveDemoApi(
  service: DemoApiAnswers,
  memory: Memory,
  secretKey: string,
): Promise<DemoApi> {
  const routes = routesOf(service)
  const { answers } = memory.state

  /** The same key says the same again; with another body it is refused. */
  const once = (key: string | undefined, request: string, run: () => Said): Said => {
    if (key === undefined) return run()
    const before = answers[key]
    if (before?.request === request) return { status: before.status, body: before.body }
    if (before !== undefined)
      return {
        status: 400,
        body: {
          error: { type: 'idempotency_error', message: 'Keys can only be used with the same parameters.' },
        },
      }
    const answer = run()
    answers[key] = { request, ...answer }
    memory.save()
    return answer
  }

  const server: Server = createServer(async (request, response) => {
    let answer: Said
    try {
      const url = new URL(request.url ?? '/', 'http://localhost')
      const text = await bodyOf(request)
      const params = new Map(new URLSearchParams(request.method === 'GET' ? url.search : text))
      const key = request.headers['idempotency-key']
      const route = routes.find(([method, path]) => method === request.method && path.test(url.pathname))
      if (request.headers.authorization !== `Bearer ${secretKey}`)
        answer = {
          status: 401,
          body: { error: { type: 'invalid_request_error', message: 'Invalid API Key provided.' } },
        }
      else if (route === undefined) answer = refused(404, 'url_invalid', 'Unrecognized request URL.')
      else {
        const [, path, handle] = route
        const id = path.exec(url.pathname)?.[1] ?? ''
        const isCreate = request.method === 'POST' && typeof key === 'string'
        answer = once(isCreate ? key : undefined, `${url.pathname} ${text}`, () => handle(params, id))
      }
    } catch {
      answer = { status: 500, body: { error: { type: 'api_error', message: 'The demo could not answer.' } } }
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', 'request-id': 'req_demo' })
    response.end(JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  server.unref()
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
