/** What the routes of accounts take, parsed once. Lengths are those of fields, not rules: rules are the services'. */
import { z } from 'zod'
import { FACTORS } from './sign-in.ts'

export const Nothing = z.null()
export const Email = z.email().max(254)
/** Longer than any that is accepted, so that the answer is the rule's and not the parser's. */
export const NewPassword = z.string().min(1).max(1_000)
export const Password = z.string().min(1).max(1_000)
export const DateOfBirth = z.iso.date()
export const Code = z.string().min(6).max(12)
export const Link = z.string().min(1).max(100)
export const GivenFactor = z.object({
  kind: z.enum(FACTORS),
  value: z.string().min(1).max(8_000).meta({ description: 'The code, or the answer of a passkey as JSON.' }),
})
export const GivenFactorBody = GivenFactor.optional().meta({
  description: 'One more factor, where the account has one.',
})
