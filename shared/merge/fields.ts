/**
 * Documents as flat sets of fields. A field is a property (`status`) or one entry of a map property
 * (`answers/phq9-1`, split at the first slash only: a linkId may contain slashes itself).
 * Patches, conflicts, revisions and history all speak of fields. Pure. SPEC: shared/merge/SPEC.md, M1.
 */
import { equalJson, type Json, type JsonObject } from '../kernel/json.ts'

/** Field path → value; null means "no value" (the property or entry is absent). */
export type FieldPatch = readonly (readonly [field: string, value: Json])[]

/** Never travel in a patch: identity, and what the server derives from the mutation itself. */
const UNPATCHED = new Set(['id', 'updatedAt'])

const splitField = (field: string): [property: string, entry: string | undefined] => {
  const slash = field.indexOf('/')
  return slash < 0 ? [field, undefined] : [field.slice(0, slash), field.slice(slash + 1)]
}

/** Own properties only, so that `__proto__` in a patch is inert. */
const own = (object: JsonObject | undefined, key: string): Json | undefined =>
  object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value of a field, or null where there is none. */
export function fieldValue(document: JsonObject, field: string): Json {
  const [property, entry] = splitField(field)
  const value = own(document, property)
  if (entry === undefined) return value ?? null
  return (isObject(value) ? own(value, entry) : undefined) ?? null
}

/** A copy of the document with the patch applied. Unknown keys are kept as data; `id` and `updatedAt` stay. */
export function applyPatch<T extends JsonObject>(document: T, patch: FieldPatch): T {
  const result: Record<string, Json> = { ...document }
  /** Maps of the result that are its own already. */
  const copied = new Set<string>()
  for (const [field, value] of patch) {
    const [property, entry] = splitField(field)
    if (UNPATCHED.has(property)) continue
    if (entry === undefined) {
      put(result, property, value)
      copied.delete(property)
      continue
    }
    const before = own(result, property)
    const map: Record<string, Json> =
      copied.has(property) && isObject(before) ? before : { ...(isObject(before) ? before : {}) }
    put(map, entry, value)
    put(result, property, map)
    copied.add(property)
  }
  return result as T
}

/** Spread and assignment keep an object quick to read and to write out; only this one name would mean something else. */
function put(object: Record<string, Json>, key: string, value: Json): void {
  if (value === null) delete object[key]
  else if (key === '__proto__')
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  else object[key] = value
}

/** The smallest patch that turns `before` into `after`. `maps` names the properties that are compared entry by entry. */
export function diffFields(
  before: JsonObject | undefined,
  after: JsonObject,
  maps: readonly string[],
): FieldPatch {
  const patch: [string, Json][] = []
  const compare = (field: string, a: Json | undefined, b: Json | undefined) => {
    if (!equalJson(a ?? null, b ?? null)) patch.push([field, b ?? null])
  }
  for (const property of new Set([...Object.keys(before ?? {}), ...Object.keys(after)])) {
    if (UNPATCHED.has(property) || property.startsWith('_')) continue
    const a = own(before, property)
    const b = own(after, property)
    if (!maps.includes(property)) {
      compare(property, a, b)
      continue
    }
    const left = isObject(a) ? a : {}
    const right = isObject(b) ? b : {}
    for (const entry of new Set([...Object.keys(left), ...Object.keys(right)]))
      compare(`${property}/${entry}`, own(left, entry), own(right, entry))
  }
  return patch
}
