/** Test cards, by Stripe's own numbers, and what becomes of them: no real card is ever taken. */
import type { Card } from './state.ts'

export type Fate = 'pays' | 'declined' | 'insufficient_funds' | 'asks_bank' | 'disputed'

const FATES: Readonly<Record<string, { readonly brand: string; readonly fate: Fate }>> = {
  '4242424242424242': { brand: 'visa', fate: 'pays' },
  '5555555555554444': { brand: 'mastercard', fate: 'pays' },
  '378282246310005': { brand: 'amex', fate: 'pays' },
  '4000000000000259': { brand: 'visa', fate: 'disputed' },
  '4000000000000002': { brand: 'visa', fate: 'declined' },
  '4000000000009995': { brand: 'visa', fate: 'insufficient_funds' },
  '4000002760003184': { brand: 'visa', fate: 'asks_bank' },
  '4000000000003220': { brand: 'visa', fate: 'asks_bank' },
}

export const fateOf = ({ number }: Card): Fate => FATES[number]?.fate ?? 'declined'

/** Undefined for what is no test card. */
export function cardOf(typed: string, expiry: string): Card | undefined {
  const number = typed.replaceAll(/\D/g, '')
  const known = FATES[number]
  const [, month, year] = /^\s*(0?[1-9]|1[0-2])\s*\/\s*(?:20)?(\d{2})\s*$/.exec(expiry) ?? []
  if (known === undefined || month === undefined || year === undefined) return undefined
  return {
    number,
    brand: known.brand,
    last4: number.slice(-4),
    month: Number(month),
    year: 2000 + Number(year),
  }
}
