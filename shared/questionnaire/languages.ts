/** In which languages a form has words beside its own. Pure. */
import type { Json, JsonObject } from '../kernel/json.ts'
import { TRANSLATION } from './json-node.ts'

/** Tags in small letters, sorted. */
export function languagesOf(source: JsonObject): readonly string[] {
  const tags = new Set<string>()
  const stack: Json[] = [source]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next !== 'object' || next === null) continue
    const tag = Array.isArray(next) ? undefined : tagOf(next as JsonObject)
    if (tag !== undefined) tags.add(tag)
    for (const value of Object.values(next)) stack.push(value)
  }
  return [...tags].sort()
}

function tagOf({ url, extension }: JsonObject): string | undefined {
  if (url !== TRANSLATION || !Array.isArray(extension)) return undefined
  const lang = (extension as JsonObject[]).find((part) => part?.url === 'lang')?.valueCode
  return typeof lang === 'string' ? lang.toLowerCase() : undefined
}
