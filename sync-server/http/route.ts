/**
 * A route is its schema: parameters, query, body and answer are zod schemas that validate the request and make the
 * OpenAPI document, so that no route can exist undocumented. Handlers get parsed values and return a Result.
 */
import type { Request, Response } from 'express'
import type { z } from 'zod'
import type { Result } from '../../shared/kernel/result.ts'
import type { ErrorCode } from '../../shared/protocol/errors.ts'
import type { DeviceKey } from '../platform/possession.ts'
import type { Actor, Role } from '../replication/actor.ts'
import type { DelayedRefusal } from './problem.ts'

export type Method = 'get' | 'post' | 'put' | 'delete'
/**
 * `public` needs nothing, `device` the proof of a device's key alone; otherwise that proof, the token's audience and the
 * account's role are checked before parsing.
 */
export type Access =
  | 'public'
  | 'device'
  | { readonly audience: Audience; readonly roles: readonly Role[] }
  | MachineAccess
/** A bearer token of a machine that has one of the scopes. */
export interface MachineAccess {
  readonly audience: 'ehr'
  readonly roles: readonly ['ehr']
  readonly scopes: readonly MachineScope[]
}
export const MACHINE_SCOPES = [
  'clients:read',
  'clients:write',
  'appointments:read',
  'appointments:write',
  'medications:read',
  'medications:write',
  'statements:read',
  'statements:write',
  'documents:read',
  'documents:write',
  'messages:read',
  'messages:write',
  'submissions:read',
  'submissions:write',
  'requests:read',
  'webhooks:manage',
] as const
export type MachineScope = (typeof MACHINE_SCOPES)[number]
export type Audience = 'portal' | 'staff' | 'last-push'

/** Who asks, as far as the edge knows. */
export interface Caller {
  readonly ip: string
  readonly userAgent: string
}

type Schema = z.ZodType
/** Services hand out what nobody may change. */
type DeepReadonly<T> = T extends readonly (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T
type Parsed<S> = S extends z.ZodType<infer T> ? T : undefined

export interface RouteInput<A extends Access, P, Q, B, H = undefined> {
  readonly actor: A extends 'public' | 'device' ? undefined : Actor
  readonly sessionId: A extends 'public' | 'device' ? undefined : string
  /** The device's key, which this request proved to have. */
  readonly key: A extends 'public' | MachineAccess ? undefined : DeviceKey
  /** What the machine's account may do, and its token too. */
  readonly scopes: A extends MachineAccess ? ReadonlySet<MachineScope> : undefined
  readonly caller: Caller
  readonly params: P
  readonly query: Q
  readonly body: B
  readonly headers: H
  /** Of a route that takes bytes; empty where none came, or as something else than `application/octet-stream`. */
  readonly bytes: Uint8Array
  /** For cookies and headers only; bodies go through the schemas. */
  readonly request: Request
  readonly response: Response
}

export interface RouteSpec<
  A extends Access,
  P extends Schema | undefined,
  Q extends Schema | undefined,
  B extends Schema | undefined,
  R extends Schema,
  H extends Schema | undefined = undefined,
> {
  readonly method: Method
  /** Express style, e.g. `/api/v1/portal/forms/:id`. */
  readonly path: string
  readonly summary: string
  readonly tag: string
  readonly access: A
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  /** Request headers that mean something here, by their names in lower case. */
  readonly headers?: H
  readonly response: R
  readonly status?: 200 | 201 | 204
  /** Media types of an answer that the handler writes itself; `response` is then nothing. */
  readonly streams?: readonly string[]
  /** Takes a body of bytes (`application/octet-stream`), so many at most; there is no `body` then. */
  readonly takesBytes?: number
  /** The media type that those bytes come as, where they are not `application/octet-stream`. */
  readonly bytesAs?: string
  /** It takes care of texts with NUL in them itself; elsewhere they are refused, for no column holds them. */
  readonly anyText?: true
  /** The body may also come as a form (RFC 6749). */
  readonly form?: true
  /** Open to a session that is only good for setting up a second factor. */
  readonly whileEnrolling?: true
  /** Refusals of its own, beside those every route has. */
  readonly refusals?: readonly ErrorCode[]
  readonly handler: (
    input: RouteInput<A, Parsed<P>, Parsed<Q>, Parsed<B>, Parsed<H>>,
  ) => Promise<Result<DeepReadonly<z.input<R>>, DelayedRefusal>>
}

/** A route with its types closed: what the mounting and the OpenAPI document work on. */
export interface Route {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly tag: string
  readonly access: Access
  readonly params: Schema | undefined
  readonly query: Schema | undefined
  readonly body: Schema | undefined
  readonly headers: Schema | undefined
  readonly response: Schema
  readonly status: 200 | 201 | 204
  readonly streams: readonly string[] | undefined
  readonly takesBytes: number | undefined
  readonly bytesAs: string | undefined
  readonly anyText: boolean
  readonly form: boolean
  readonly whileEnrolling: boolean
  readonly refusals: readonly ErrorCode[]
  /** `input` was parsed by the schemas above. */
  readonly handle: (
    input: RouteInput<Access, unknown, unknown, unknown, unknown>,
  ) => Promise<Result<unknown, DelayedRefusal>>
}

export function defineRoute<
  const A extends Access,
  R extends Schema,
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
  H extends Schema | undefined = undefined,
>(spec: RouteSpec<A, P, Q, B, R, H>): Route {
  return {
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    tag: spec.tag,
    access: spec.access,
    params: spec.params,
    query: spec.query,
    body: spec.body,
    headers: spec.headers,
    response: spec.response,
    status: spec.status ?? 200,
    streams: spec.streams,
    takesBytes: spec.takesBytes,
    bytesAs: spec.bytesAs,
    anyText: spec.anyText ?? false,
    form: spec.form ?? false,
    whileEnrolling: spec.whileEnrolling ?? false,
    refusals: spec.refusals ?? [],
    handle: (input) => spec.handler(input as RouteInput<A, Parsed<P>, Parsed<Q>, Parsed<B>, Parsed<H>>),
  }
}
