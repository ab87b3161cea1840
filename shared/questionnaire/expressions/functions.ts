/**
 * The functions that a form may call. Left out: what asks a server (`resolve`, `memberOf`), what may never end
 * (`repeat` over made-up values), what writes (`trace`), and regular expressions, whose cost nobody can bound.
 */
const names = (text: string): readonly string[] => text.trim().split(/\s+/)

export const FUNCTIONS: ReadonlySet<string> = new Set(
  names(`
    empty not exists all allTrue anyTrue allFalse anyFalse subsetOf supersetOf isDistinct distinct count where extension
    select coalesce aggregate sum min max avg weight ordinal single first last type ofType is as tail take skip combine
    union intersect exclude iif toInteger toDecimal toString toDate toDateTime toTime toBoolean toQuantity hasValue
    getValue convertsToBoolean convertsToInteger convertsToDecimal convertsToString convertsToDate convertsToDateTime
    convertsToTime convertsToQuantity indexOf lastIndexOf substring startsWith endsWith contains upper lower replace
    length toChars join split trim abs ceiling exp floor ln log power round sqrt truncate now today timeOfDay yearOf
    monthOf dayOf hourOf minuteOf secondOf dateOf timeOf children descendants
  `),
)

/** Their answer changes by itself: device and server would judge at two moments. */
export const OF_THE_CLOCK: ReadonlySet<string> = new Set(['now', 'today', 'timeOfDay'])

/** Their arguments are evaluated once for each element. */
export const LAMBDAS: ReadonlySet<string> = new Set(['where', 'select', 'all', 'exists', 'aggregate', 'iif'])
