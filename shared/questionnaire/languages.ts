/** In which languages a form has words beside its own. Pure. */
import type { Json, JsonObject } from '../kernel/json.ts'
import { TRANSLATION } from './json-node.ts'

/** Tags in small letters, sorted. */
export function languagesOf(source: JsonObject): readonly string[] {
  const tags = new Set<string>()
  const stack: Json[] = [source]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next !== 'object' || next === null) continue
    if (!Array.isArray(next))
      for (const tag of tagsOf(next as JsonObject)) if (typeof tag === 'string') tags.add(tag.toLowerCase())
    for (const value of Object.values(next)) stack.push(value)
  }
  return [...tags].sort()
}

/** Of a translation beside a text, or of the designations of a concept. */
function tagsOf({ url, extension, designation }: JsonObject): readonly (Json | undefined)[] {
  if (Array.isArray(designation)) return (designation as JsonObject[]).map((each) => each?.language)
  if (url !== TRANSLATION || !Array.isArray(extension)) return []
  return [(extension as JsonObject[]).find((part) => part?.url === 'lang')?.valueCode]
}
