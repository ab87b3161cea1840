/** Bounds that devices know too; no zod here. */

/** Minor units: what the database's whole numbers hold, with room for sums. */
export const MOST_MONEY = 999_999_999
export const MOST_LINES = 200
/** Statements that one payment is for. */
export const MOST_AT_ONCE = 20
/** Below this a card payment costs more than it brings, and the payment service refuses it; minor units. */
export const LEAST_PAYMENT = 50
export const LONGEST_REASON = 300
/** How the office takes money itself. */
export const DESK_WAYS = ['cash', 'check', 'card', 'transfer'] as const
export const LONGEST_REFERENCE = 40
