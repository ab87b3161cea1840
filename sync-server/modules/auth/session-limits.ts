/**
 * How long a session lasts: twelve hours, and fifteen minutes without anybody at the app. Nothing that it gives out
 * outlives either, so tokens, tickets and sockets end with it by themselves. SPEC.md, S6.
 */
import { ACCESS_TOKEN_SECONDS } from '../../platform/access-token.ts'

export const SESSION_SECONDS = 12 * 3600
export const IDLE_SECONDS = 15 * 60

export interface Lifetimes {
  readonly expiresAt: number
  readonly lastActiveAt: number
}

export const isOver = ({ expiresAt, lastActiveAt }: Lifetimes, now: number): boolean =>
  expiresAt <= now || lastActiveAt + IDLE_SECONDS * 1000 <= now

/** Whole seconds for which a token may be given out now; at least one, for a session that is not over. */
export const tokenSeconds = ({ expiresAt, lastActiveAt }: Lifetimes, now: number): number => {
  const rest = Math.min(expiresAt, lastActiveAt + IDLE_SECONDS * 1000) - now
  return Math.max(1, Math.min(ACCESS_TOKEN_SECONDS, Math.floor(rest / 1000)))
}

/** What the app says of when it was touched last can only be news: it never takes back what is known. */
export const lastActive = (known: number, idleSeconds: number | undefined, now: number): number =>
  idleSeconds === undefined ? known : Math.max(known, now - idleSeconds * 1000)
