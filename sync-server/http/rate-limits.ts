/**
 * Limits per source address, in this process's memory: enough for one server; a shared store comes with several.
 * The limit per account is not here but in the auth module, where it outlives a restart.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { refusal } from '../../shared/protocol/errors.ts'
import type { DelayedRefusal } from './problem.ts'

export interface RateLimits {
  /** Counts a request; a refusal when there were too many. */
  request(ip: string): Promise<DelayedRefusal | undefined>
  /** Is this source still allowed to try to sign in? Does not count. */
  signIn(ip: string): Promise<DelayedRefusal | undefined>
  /** Counts what a device sends that was signed out. */
  lastPush(deviceId: string): Promise<DelayedRefusal | undefined>
  /** Counts a failed sign-in. */
  signInFailed(ip: string): Promise<void>
}

const REQUESTS_PER_MINUTE = 3_000
const FAILURES_PER_WINDOW = 100
const FAILURE_WINDOW_SECONDS = 600
const LAST_PUSHES_PER_HOUR = 120

export function createRateLimits(): RateLimits {
  const requests = new RateLimiterMemory({ points: REQUESTS_PER_MINUTE, duration: 60 })
  const failures = new RateLimiterMemory({ points: FAILURES_PER_WINDOW, duration: FAILURE_WINDOW_SECONDS })
  const lastPushes = new RateLimiterMemory({ points: LAST_PUSHES_PER_HOUR, duration: 3_600 })
  const count = async (limiter: RateLimiterMemory, key: string) => {
    try {
      await limiter.consume(key)
      return undefined
    } catch (reached) {
      return tooMany(reached)
    }
  }
  return {
    request: (ip) => count(requests, ip),
    lastPush: (deviceId) => count(lastPushes, deviceId),
    signIn: async (ip) => {
      const state = await failures.get(ip)
      return state !== null && state.consumedPoints >= FAILURES_PER_WINDOW ? tooMany(state) : undefined
    },
    signInFailed: async (ip) => {
      await failures.penalty(ip, 1)
    },
  }
}

function tooMany(reached: unknown): DelayedRefusal {
  if (!(reached instanceof RateLimiterRes)) throw reached
  return {
    ...refusal('rate_limited', 'Too many requests from this address. Try again later.'),
    retryAfter: Math.max(1, Math.ceil(reached.msBeforeNext / 1000)),
  }
}
