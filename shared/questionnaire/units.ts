/**
 * Units of amounts: which a question offers, in which an answer is, and whether two are the same. Nothing is converted:
 * docs/decisions/0054-amounts-compare-in-one-unit.md. Pure.
 */
import type { JsonNode } from './json-node.ts'
import { readCoding } from './parse-options.ts'
import type { Answer, Coding, Item, Unit } from './questionnaire.ts'

type Offering = Pick<Item, 'unit' | 'units'>

export function readUnit(node: JsonNode): Unit {
  const coding = readCoding(node)
  return { ...coding, label: node.words('display') ?? coding.code ?? '' }
}

/** Of a FHIR Quantity; undefined where it names none. */
export function unitOfQuantity(quantity: JsonNode | undefined): Coding | undefined {
  const [system, code, display] = ['system', 'code', 'unit'].map((name) => quantity?.string(name, 100))
  if (!code && !display) return undefined
  return { ...(system ? { system } : {}), ...(code ? { code } : {}), ...(display ? { display } : {}) }
}

/** In which an answer may be given; empty: the question says nothing about units. */
export const offeredUnits = ({ unit, units }: Offering): readonly Unit[] =>
  units.length > 0 || unit === undefined ? units : [unit]

/** The one that an answer names: by code before words, so that no words are taken for another unit's code. */
export const unitNamed = (units: readonly Unit[], name: unknown): Unit | undefined =>
  typeof name !== 'string' || name === ''
    ? undefined
    : (units.find(({ code }) => code === name) ?? units.find(({ display }) => display === name))

/** Undefined: the answer is in none. One without a unit is in the only one that its question has. */
export function unitOf({ unit, units }: Offering, answer: Answer): Unit | undefined {
  if (typeof answer !== 'object') return undefined
  const named = answer.code ?? answer.unit
  if (typeof named !== 'string' || named === '') return units.length === 0 ? unit : undefined
  return unitNamed([...units, ...(unit ? [unit] : [])], named) ?? { display: named, label: named }
}

/** By code where both have one, whatever the words beside it; else by a name that both have. */
export function isSameUnit(one: Coding, other: Coding): boolean {
  if (one.code !== undefined && other.code !== undefined) {
    const systems = new Set([one.system, other.system].filter((system) => system !== undefined))
    return one.code === other.code && systems.size < 2
  }
  const names = [other.code, other.display]
  return [one.code, one.display].some((name) => name !== undefined && names.includes(name))
}

/** Whether an answer can be compared with an amount in `unit`; undefined: with a bare number. */
export function comparesIn(question: Item, answer: Answer, unit: Coding | undefined): boolean {
  if (unit === undefined) return true
  const own = unitOf(question, answer)
  return own !== undefined && isSameUnit(own, unit)
}
