/**
 * Documents written by older builds, as this one has them. A schema grows by addition: a new field needs nothing here.
 * Only a field that gets another name or form needs a step, which both sides apply when they open what was sealed under
 * an older version. Pure. SPEC: shared/protocol/SPEC.md, P2.
 */
import type { Json, JsonObject } from '../kernel/json.ts'
import { applyPatch, diffFields } from '../merge/fields.ts'
import { SCHEMA_VERSION } from '../protocol/terms.ts'

/** What version n calls and holds a field as → what n + 1 does. Every field that it does not know stays as it is. */
export type SchemaStep = (
  collection: string,
  field: string,
  value: Json,
) => readonly [field: string, value: Json]

export interface SchemaHistory {
  readonly version: number
  /** By the version that they lead away from. */
  readonly steps: { readonly [from: number]: SchemaStep }
}

export const SCHEMA_HISTORY: SchemaHistory = { version: SCHEMA_VERSION, steps: {} }

export function raiseField(
  { version, steps }: SchemaHistory,
  from: number,
  collection: string,
  field: string,
  value: Json,
): readonly [field: string, value: Json] {
  let raised: readonly [field: string, value: Json] = [field, value]
  for (let at = from; at < version; at += 1) raised = steps[at]?.(collection, ...raised) ?? raised
  return raised
}

/** `maps`: the properties whose entries are fields. Identity, time and what begins with `_` stay. */
export function raiseBody<T extends JsonObject>(
  history: SchemaHistory,
  from: number,
  collection: string,
  body: T,
  maps: readonly string[],
): T {
  if (!hasStep(history, from)) return body
  const fields = diffFields(undefined, body, maps)
  const rest = applyPatch(
    body,
    diffFields(undefined, body, []).map(([property]) => [property, null] as const),
  )
  return applyPatch(
    rest,
    fields.map(([field, value]) => raiseField(history, from, collection, field, value)),
  )
}

/** Does anything change between `from` and now? */
export const hasStep = ({ version, steps }: SchemaHistory, from: number): boolean =>
  Object.keys(steps).some((at) => Number(at) >= from && Number(at) < version)
