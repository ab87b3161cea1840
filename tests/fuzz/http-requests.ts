/** Requests for every operation of an OpenAPI document, well-formed and not. */
import fc from 'fast-check'
import { PART_BYTES } from '../../shared/domains/documents/limits.ts'
import { fromSchema, type Known } from './from-schema.ts'
import { NASTY_BODIES, NASTY_TEXTS } from './nasty.ts'

export interface Operation {
  readonly key: string
  readonly method: string
  readonly path: string
  readonly audience: string | undefined
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: unknown }[]
  readonly body: unknown
  /** It takes a part of a file. */
  readonly takesBytes: boolean
}

export interface HttpRequest {
  readonly operation: string
  readonly method: string
  readonly path: string
  /** Which of the signed-in people asks; null: nobody. */
  readonly as: string | null
  /** False: only the proof of the device's key goes along. */
  readonly withToken: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
}

interface Described {
  readonly security: readonly Readonly<Record<string, unknown>>[]
  readonly parameters: Operation['parameters']
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: unknown }>> }
}

export const operationsOf = (document: { readonly [key: string]: unknown }): readonly Operation[] =>
  Object.entries(document.paths as Record<string, Record<string, Described>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      key: `${method} ${path}`,
      method: method.toUpperCase(),
      path,
      // A device's key alone stands for nobody.
      audience: Object.keys(described.security[0] ?? {}).find((scheme) => scheme !== 'proof'),
      parameters: described.parameters,
      body: described.requestBody?.content['application/json']?.schema,
      takesBytes: described.requestBody?.content[BYTES] !== undefined,
    })),
  )

const BYTES = 'application/octet-stream'
const CONTENT_TYPES = ['application/json', 'application/json; charset=utf-16', 'application/problem+json']
const ODD_CONTENT_TYPES = [
  'text/plain',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
  'x',
  '/',
  '',
]
const ODD_HEADERS: readonly Readonly<Record<string, string>>[] = [
  { 'accept-encoding': 'gzip;q=0, br;q=1.5, *;q=x' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'br' },
  { 'content-encoding': 'deflate, gzip' },
  { 'user-agent': 'x'.repeat(4_000) },
  { 'user-agent': '\u00ff\u00fe' },
  { cookie: '__Host-refresh=%00; a=b; ;;==' },
  { cookie: `x=${'y'.repeat(3_000)}` },
  { authorization: 'Basic Og==' },
  { dpop: '' },
  { dpop: 'a.b.c' },
  { dpop: `${'e30.'.repeat(2_000)}x` },
  { dpop: 'eyJhbGciOiJub25lIn0.e30.' },
  { authorization: 'DPoP a.b.c' },
  { authorization: 'Bearer a.b.c' },
  { 'x-http-method-override': 'DELETE' },
  { 'x-forwarded-for': '::::, 1.2.3.4.5, "' },
  { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'javascript' },
  { origin: 'null' },
  { 'sec-fetch-site': 'cross-site' },
  { range: 'bytes=0-,5-1,-' },
  { 'if-none-match': '*', 'if-modified-since': 'yesterday' },
  { expect: '200-maybe' },
  { te: 'trailers, gzip' },
]

/** `people`: by audience, the names of those who are signed in. */
export function requestsFor(
  operations: readonly Operation[],
  people: Readonly<Record<string, readonly string[]>>,
  known: Known,
): fc.Arbitrary<HttpRequest> {
  const everybody = [...new Set(Object.values(people).flat())]
  // Signing in costs the server a hash each time: once in a while is enough.
  const weight = (operation: Operation) => (operation.path.includes('/auth/login') ? 1 : 4)
  return fc.oneof(
    ...operations.map((operation) => ({
      weight: weight(operation),
      arbitrary: requestFor(operation, people[operation.audience ?? ''] ?? everybody, everybody, known),
    })),
  )
}

function requestFor(
  operation: Operation,
  invited: readonly string[],
  everybody: readonly string[],
  known: Known,
): fc.Arbitrary<HttpRequest> {
  const inPath = operation.parameters.filter((parameter) => parameter.in === 'path')
  const inQuery = operation.parameters.filter((parameter) => parameter.in === 'query')
  const inHeader = operation.parameters.filter((parameter) => parameter.in === 'header')
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  const path = fc
    .tuple(...inPath.map(({ name, schema }) => fromSchema(schema, known, subjectOf(operation.path, name))))
    .map((values) => {
      let filled = operation.path
      for (const [index, { name }] of inPath.entries())
        filled = filled.replace(`{${name}}`, encode(text(values[index])).slice(0, 3_000))
      return filled
    })
  const queried = inQuery.map(({ name, schema }) =>
    fc
      .option(fromSchema(schema, known, name))
      .map((value) => (value === null ? [] : [`${name}=${encode(text(value))}`])),
  )
  const query = fc
    .tuple(
      ...queried,
      fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: oddQuery }),
    )
    .map((parts) => parts.flat().join('&').slice(0, 6_000))
  const body: fc.Arbitrary<string | Uint8Array | undefined> = operation.takesBytes
    ? fc.oneof(
        { weight: 8, arbitrary: fc.uint8Array({ maxLength: 400 }) },
        { weight: 1, arbitrary: fc.constant(new Uint8Array(PART_BYTES)) },
        { weight: 1, arbitrary: fc.constant(new Uint8Array(PART_BYTES + 1)) },
        { weight: 1, arbitrary: fc.constantFrom(undefined, ...NASTY_BODIES) },
      )
    : operation.body === undefined
      ? fc.oneof(
          { weight: 9, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.constantFrom(...NASTY_BODIES) },
        )
      : fc.oneof(
          {
            weight: 9,
            arbitrary: fromSchema(operation.body, known).map((value) => JSON.stringify(value) ?? 'null'),
          },
          { weight: 1, arbitrary: fc.constantFrom(...NASTY_BODIES) },
          { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
        )
  const as = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...invited) },
    { weight: 1, arbitrary: fc.constantFrom(...everybody) },
    { weight: 1, arbitrary: fc.constant(null) },
  )
  const contentType = fc.oneof(
    { weight: 18, arbitrary: fc.constant(operation.takesBytes ? BYTES : (CONTENT_TYPES[0] ?? '')) },
    { weight: 1, arbitrary: fc.constantFrom(...CONTENT_TYPES) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_CONTENT_TYPES) },
  )
  const odd = fc.oneof(
    { weight: 9, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_HEADERS) },
  )
  const headed = fc
    .tuple(
      ...inHeader.map(({ name }) =>
        fc
          .option(
            fc.constantFrom('"1"', '"2"', '*', 'W/"1"', '"-1"', '"99999999999"', 'attempt-0001', 'é', ''),
            {
              nil: undefined,
            },
          )
          .map((value) => (value === undefined ? [] : [[name, value] as const])),
      ),
    )
    .map((pairs) => Object.fromEntries(pairs.flat()))
  return fc.record({ path, query, body, as, contentType, odd, headed }).map((parts) => ({
    operation: operation.key,
    method: operation.method,
    path: parts.query === '' ? parts.path : `${parts.path}?${parts.query}`,
    as: parts.as,
    withToken: operation.audience !== undefined,
    headers: {
      ...(parts.body === undefined ? {} : { 'content-type': parts.contentType }),
      ...parts.headed,
      ...parts.odd,
    },
    body: parts.body,
  }))
}

const oddQuery = fc.constantFrom(
  ['a=1', 'a=2'],
  ['client[]=1'],
  ['client[__proto__]=1'],
  ['__proto__=1'],
  ['limit=1e9'],
  ['limit=-1'],
  ['limit='],
  ['cursor=%ff'],
  ['&&&==&'],
  ...NASTY_TEXTS.slice(0, 12).map((value) => [`cursor=${encode(value)}`]),
)

/** Half a surrogate pair has no encoding: it goes as the bytes that some clients would send. */
function encode(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    return '%ED%A0%80'
  }
}

/** `/clients/{id}` is about a client: the segment before a parameter says what it is. */
const subjectOf = (path: string, name: string) =>
  new RegExp(`(/\\w+?)s?/\\{${name}\\}`).exec(path)?.[1] ?? name
