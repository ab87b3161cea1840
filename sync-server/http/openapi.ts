/** OpenAPI 3.1, made from the very schemas that validate the requests: it cannot disagree with the server. */
import { z } from 'zod'
import { ERROR_STATUS, type ErrorCode } from '../../shared/protocol/errors.ts'
import { Problem } from './problem.ts'
import type { Route } from './route.ts'

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

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

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
        portal: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Clients, 5 minutes.' },
        staff: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Staff, 5 minutes.' },
        'last-push': {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Devices that were signed out: `lastPush` of the problem document, 5 minutes.',
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
  const content = { 'application/json': { schema: jsonSchema(route.response, 'output') } }
  return {
    summary: route.summary,
    operationId: `${route.method}${route.path
      .replace('/api/v1', '')
      .replaceAll(/[/:-]+(\w)/g, (_match, letter: string) => letter.toUpperCase())}`,
    tags: [route.tag],
    security: access === 'public' ? [] : [{ [access.audience]: [] }],
    ...(access === 'public' ? {} : { 'x-roles': access.roles }),
    parameters: [...parameters('path', route.params), ...parameters('query', route.query)],
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: jsonSchema(route.body, 'input') } },
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

function refusalsOf(route: Route): ErrorCode[] {
  const codes = new Set<ErrorCode>(['rate_limited', 'internal', 'unavailable', ...route.refusals])
  if (route.access !== 'public')
    for (const code of ['not_authenticated', 'session_expired', 'device_revoked', 'not_permitted'] as const)
      codes.add(code)
  if (route.params !== undefined) codes.add('not_found')
  if (route.query !== undefined || route.body !== undefined) codes.add('invalid_message')
  if (route.body !== undefined) codes.add('too_large')
  return [...codes]
}

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined): unknown[] {
  if (schema === undefined) return []
  const object = jsonSchema(schema, 'input') as { properties?: Record<string, unknown>; required?: string[] }
  return Object.entries(object.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || (object.required ?? []).includes(name),
    schema: property,
  }))
}
