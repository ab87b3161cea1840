/** Names of settings that are nearly right. What is only like ours, as an orchestrator sets for a service, is left alone. */

const OURS = /^(PORTAL|STRIPE)_/
/** Letters too many, too few, or others. */
const NEARLY = 2

/** One line for each. */
export const misspelt = (given: readonly string[], known: readonly string[]): string[] =>
  given
    .filter((name) => OURS.test(name) && !known.includes(name))
    .flatMap((name) => {
      const meant = known.find((each) => OURS.test(each) && distance(name, each) <= NEARLY)
      return meant === undefined ? [] : [`${name} is no setting of the portal: ${meant} is.`]
    })

/** After Levenshtein: `row` holds what it takes from the beginning of `from` to each beginning of `to`. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1]
    for (const [place, other] of [...to].entries()) {
      const swapped = (row[place] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(swapped, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
