/** A good request with one value replaced by one that some layer below may not hold: every place, every such value. */
import { NASTY_NUMBERS, NASTY_OTHERS, NASTY_TEXTS } from '../../fuzz/nasty.ts'
import type { Sample } from './entries/entry.ts'

export interface Spoiled {
  readonly what: string
  readonly sample: Sample
}

export function* spoiledSamples(good: Sample): Generator<Spoiled> {
  for (const part of ['params', 'query'] as const)
    for (const name of Object.keys(good[part] ?? {}))
      for (const text of NASTY_TEXTS.filter(
        (value) => value !== '' && value.length <= 2_000 && encodes(value),
      ))
        yield {
          what: `${part} ${name} ${label(text)}`,
          sample: {
            ...good,
            [part]: { ...good[part], [name]: part === 'params' ? encodeURIComponent(text) : text },
          },
        }
  for (const path of placesIn(good.body))
    for (const value of badInPlaceOf(valueAt(good.body, path)))
      yield {
        what: `body ${path.join('.')} ${label(value)}`,
        sample: { ...good, body: replaced(good.body, path, value) },
      }
}

const badInPlaceOf = (value: unknown): readonly unknown[] => {
  if (typeof value === 'string') return [...NASTY_TEXTS, 0, null, {}]
  return typeof value === 'number' ? [...NASTY_NUMBERS, '0', null, []] : [...NASTY_OTHERS, '', 0]
}

const label = (value: unknown) => JSON.stringify(value).slice(0, 60)

function encodes(text: string): boolean {
  try {
    return encodeURIComponent(text) !== ''
  } catch {
    return false
  }
}

type Place = readonly (string | number)[]

/** Every value inside that holds no others, and every container. */
function placesIn(value: unknown, at: Place = []): Place[] {
  if (value === undefined) return []
  if (typeof value !== 'object' || value === null) return [at]
  const inside = Array.isArray(value)
    ? value.flatMap((item, index) => placesIn(item, [...at, index]))
    : Object.entries(value).flatMap(([name, item]) => placesIn(item, [...at, name]))
  return at.length === 0 ? inside : [at, ...inside]
}

const valueAt = (value: unknown, place: Place): unknown =>
  place.reduce((at: unknown, key) => Reflect.get(Object(at), key), value)

function replaced(value: unknown, [first, ...rest]: Place, by: unknown): unknown {
  if (first === undefined) return by
  if (Array.isArray(value)) return value.with(Number(first), replaced(value[Number(first)], rest, by))
  const object = value as Readonly<Record<string, unknown>>
  return { ...object, [first]: replaced(object[first], rest, by) }
}
