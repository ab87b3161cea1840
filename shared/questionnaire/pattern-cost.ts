/**
 * How many ways a backtracking matcher may try, at worst, before it gives up: the product of all choices. It bounds the
 * time, whatever the text; patterns that are fast in fact may be refused for it. Pure.
 */

/** Texts that are matched have no more characters. */
export const MAX_MATCHED = 500

export interface PatternCost {
  /** Choices of one place multiply those of the next. Infinity: a repetition of something that itself has a choice. */
  readonly ways: number
  /** As `ways`, without the open repetitions. */
  readonly closedWays: number
  /** Steps of one way: parts, each as often as it must occur. */
  readonly size: number
}

const ATOM: PatternCost = { ways: 1, closedWays: 1, size: 1 }

/** `plain`: a pattern whose escapes and character classes are single letters. */
export function costOf(plain: string): PatternCost {
  let at = 0

  function alternatives(): PatternCost {
    let cost = sequence()
    while (plain[at] === '|') {
      at++
      cost = either(cost, sequence())
    }
    return cost
  }

  function sequence(): PatternCost {
    let cost = ATOM
    while (at < plain.length && plain[at] !== '|' && plain[at] !== ')') cost = both(cost, quantified(part()))
    return cost
  }

  function part(): PatternCost {
    if (plain[at] !== '(') {
      at++
      return ATOM
    }
    at += plain.startsWith('(?:', at) ? 3 : 1
    const inside = alternatives()
    at++
    return inside
  }

  function quantified(cost: PatternCost): PatternCost {
    const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(plain.slice(at))
    if (found === null) return cost
    at += found[0].length
    const [sign, low, comma, high] = found
    if (low === undefined) return sign.startsWith('?') ? either(cost, ATOM) : repeated(cost, 1, MAX_MATCHED)
    if (comma === '') return exactly(cost, Number(low))
    return repeated(cost, Number(low), high === '' ? MAX_MATCHED : Number(high) - Number(low) + 1)
  }

  // Where a bracket too many ends it early, the pattern is none, and is refused as that.
  return alternatives()
}

const both = (a: PatternCost, b: PatternCost): PatternCost => ({
  ways: a.ways * b.ways,
  closedWays: a.closedWays * b.closedWays,
  size: a.size + b.size,
})
const either = (a: PatternCost, b: PatternCost): PatternCost => ({
  ways: a.ways + b.ways,
  closedWays: a.closedWays + b.closedWays,
  size: a.size + b.size,
})
const exactly = (cost: PatternCost, times: number): PatternCost => ({
  ways: cost.ways ** times,
  closedWays: cost.closedWays ** times,
  size: cost.size * Math.max(1, times),
})
const repeated = (cost: PatternCost, least: number, choices: number): PatternCost => ({
  ways: cost.ways > 1 ? Number.POSITIVE_INFINITY : Math.max(1, Math.min(choices, MAX_MATCHED)),
  closedWays: cost.closedWays,
  size: cost.size * Math.max(1, least),
})
