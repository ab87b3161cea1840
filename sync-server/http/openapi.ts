/** OpenAPI 3.1, made from the very schemas that validate the requests: it cannot disagree with the server. */
import { z } from 'zod'
import { ERROR_STATUS, type ErrorCode } from '../../shared/protocol/errors.ts'
import { Problem } from './problem.ts'
import { MACHINE_SCOPES, type Route } from './route.ts'

export interface Operation {
  readonly summary: string
  readonly operationId: string
  readonly tags: readonly string[]
  readonly security: readonly Record<string, readonly string[]>[]
  readonly parameters: readonly unknown[]
  readonly requestBody?: unknown
  readonly responses: Readonly<Record<string, unknown>>
  readonly 'x-roles'?: readonly string[]
}
export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: unknown
}

export const jsonSchema = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: nameIds })
  return rest
}

/** An id in lower case comes out as two patterns and an unknown format; people and generators know `uuid`. */
const nameIds: NonNullable<z.core.ToJSONSchemaParams['override']> = ({ zodSchema, jsonSchema: schema }) => {
  if (!(zodSchema instanceof z.ZodUUID)) return
  delete schema.allOf
  schema.format = 'uuid'
  schema.pattern = LOWER_CASE_ID
}
const LOWER_CASE_ID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'

export function openApiDocument(routes: readonly Route[]): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'MentalSpace Portal',
      version: '1',
      description:
        'REST beside replication: both are doors to the same services. Errors are RFC 9457 problem details with a stable `code`.',
    },
    paths,
    components: {
      securitySchemes: {
        portal: accessScheme('Clients, at most 5 minutes.'),
        staff: accessScheme('Staff, at most 5 minutes.'),
        'last-push': accessScheme(
          'Devices that were signed out: `lastPush` of the problem document, 5 minutes.',
        ),
        ehr: {
          type: 'oauth2',
          description:
            'The record system: a client assertion (RFC 7523, ES256 or EdDSA) becomes a bearer token of 5 minutes.',
          flows: {
            clientCredentials: {
              tokenUrl: '/api/v1/ehr/token',
              scopes: Object.fromEntries(MACHINE_SCOPES.map((scope) => [scope, scope])),
            },
          },
        },
        proof: {
          type: 'apiKey',
          in: 'header',
          name: 'DPoP',
          description:
            'RFC 9449: a JWT (`dpop+jwt`, ES256) of the device’s own key with `htm`, `htu`, `jti`, `iat`, `nonce` and, beside an access token, `ath`. Without a nonce of ours the answer is 401 `use_dpop_nonce` with one in `DPoP-Nonce`; make the proof again with it. Answers bring a new nonce from time to time.',
        },
      },
      schemas: { Problem: jsonSchema(Problem, 'output') },
    },
  }
}

function operation(route: Route): Operation {
  const { access } = route
  const refusals = refusalsOf(route)
  const statuses = [...new Set(refusals.map((code) => ERROR_STATUS[code]))].sort((a, b) => a - b)
  const content =
    route.streams === undefined
      ? { 'application/json': { schema: jsonSchema(route.response, 'output') } }
      : Object.fromEntries(route.streams.map((type) => [type, { schema: { type: 'string' } }]))
  return {
    summary: route.summary,
    operationId: `${route.method}${route.path
      .replace('/api/v1', '')
      .replaceAll(/[/:-]+(\w)/g, (_match, letter: string) => letter.toUpperCase())}`,
    tags: [route.tag],
    security: securityOf(access),
    ...(typeof access === 'string' ? {} : { 'x-roles': access.roles }),
    parameters: [
      ...parameters('path', route.params),
      ...parameters('query', route.query),
      ...parameters('header', route.headers),
    ],
    ...(route.takesBytes === undefined ? {} : { requestBody: BYTES_BODY }),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: !route.body.safeParse(undefined).success,
            content: {
              'application/json': { schema: jsonSchema(route.body, 'input') },
              ...(route.form
                ? { 'application/x-www-form-urlencoded': { schema: jsonSchema(route.body, 'input') } }
                : {}),
            },
          },
        }),
    responses: {
      [route.status]: route.status === 204 ? { description: 'Done' } : { description: 'OK', content },
      ...Object.fromEntries(
        statuses.map((status) => [
          status,
          {
            description: refusals.filter((code) => ERROR_STATUS[code] === status).join(', '),
            content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        ]),
      ),
    },
  }
}

const BYTES_BODY = {
  required: true,
  content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
}

const accessScheme = (description: string) => ({
  type: 'http',
  scheme: 'DPoP',
  bearerFormat: 'JWT',
  description: `${description} Bound to the device’s key: sent as \`Authorization: DPoP …\` together with a proof.`,
})

function securityOf(access: Route['access']): Record<string, readonly string[]>[] {
  if (access === 'public') return []
  if (access === 'device') return [{ proof: [] }]
  if ('scopes' in access) return access.scopes.map((scope) => ({ ehr: [scope] }))
  return [{ [access.audience]: [], proof: [] }]
}

function refusalsOf(route: Route): ErrorCode[] {
  const codes = new Set<ErrorCode>(['rate_limited', 'internal', 'unavailable', ...route.refusals])
  const isMachines = typeof route.access !== 'string' && route.access.audience === 'ehr'
  if (isMachines) for (const code of ['not_authenticated', 'not_permitted'] as const) codes.add(code)
  if (route.access !== 'public' && !isMachines)
    for (const code of ['not_authenticated', 'use_dpop_nonce', 'invalid_dpop_proof'] as const) codes.add(code)
  if (typeof route.access !== 'string' && !isMachines)
    for (const code of ['session_expired', 'device_revoked', 'not_permitted'] as const) codes.add(code)
  if (route.params !== undefined) codes.add('not_found')
  if (route.query !== undefined || route.body !== undefined || route.headers !== undefined)
    codes.add('invalid_message')
  if (route.body !== undefined || route.takesBytes !== undefined) codes.add('too_large')
  return [...codes]
}

function parameters(place: 'path' | 'query' | 'header', schema: z.ZodType | undefined): unknown[] {
  if (schema === undefined) return []
  const object = jsonSchema(schema, 'input') as { properties?: Record<string, unknown>; required?: string[] }
  return Object.entries(object.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || (object.required ?? []).includes(name),
    schema: property,
  }))
}
