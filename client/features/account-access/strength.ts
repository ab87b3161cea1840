/**
 * How hard a password is to guess, from 0 to 4. Loaded when somebody chooses a password, which needs the network
 * anyway; not among the files that every device keeps. An estimate for the eye: the server's list has the last word.
 */

import { graphs, words } from 'virtual:first-guesses'
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { contextWords } from '../../../shared/domains/accounts/password-rules.ts'

const estimator = new ZxcvbnFactory({ dictionary: { passwords: words.split(' ') }, graphs, maxLength: 128 })

export type Strength = 0 | 1 | 2 | 3 | 4

/** `about`: what somebody would try who knows the person. */
export const strengthOf = (password: string, about: readonly string[]): Strength =>
  estimator.check(password, [...contextWords(about)]).score
