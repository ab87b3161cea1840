/**
 * Limits per source (an address, or a network of IPv6 as one household has), counted in Redis where several servers share one, else in this process's memory. While
 * Redis does not answer every server counts by itself: a limit is then up to as many times as large as there are servers.
 * The limit per account is not here but in the auth module, in the database, where it outlives a restart.
 */
import { createHmac, hkdfSync } from 'node:crypto'
import { isIPv6 } from 'node:net'
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible'
import { refusal } from '../../shared/protocol/errors.ts'
import type { DelayedRefusal } from './problem.ts'

export interface RateLimits {
  /** Counts a request; a refusal when there were too many. */
  request(ip: string): Promise<DelayedRefusal | undefined>
  /** Is this source still allowed to try to sign in? Does not count. */
  signIn(ip: string): Promise<DelayedRefusal | undefined>
  /** Counts what a device sends that was signed out. */
  lastPush(deviceId: string): Promise<DelayedRefusal | undefined>
  /** Counts what makes the server write to somebody: by source, and of everybody together. */
  accountRequest(ip: string): Promise<DelayedRefusal | undefined>
  /** Counts codes and links that are tried. */
  accountProof(ip: string): Promise<DelayedRefusal | undefined>
  /** Counts a failed sign-in. */
  signInFailed(ip: string): Promise<void>
}

export interface SharedCounts {
  /** Of `@redis/client`; fails at once where it cannot be reached. */
  readonly client: object
  /** False: not even asked. */
  readonly isLive: () => boolean
  /** Addresses are personal data: Redis sees them hashed under this. */
  readonly secret: Uint8Array
}

const REQUESTS_PER_MINUTE = 3_000
const FAILURES_PER_WINDOW = 100
const FAILURE_WINDOW_SECONDS = 600
const LAST_PUSHES_PER_HOUR = 120
/** A clinic's waiting room is one source. */
const ACCOUNT_REQUESTS_PER_HOUR = 40
const ACCOUNT_REQUESTS_OF_ALL_PER_HOUR = 1_000
const ACCOUNT_PROOFS_PER_WINDOW = 60

export function createRateLimits(shared?: SharedCounts): RateLimits {
  const hashKey =
    shared && Buffer.from(hkdfSync('sha256', shared.secret, new Uint8Array(), 'rate limits v1', 32))
  const limiter = (name: string, points: number, duration: number) => {
    const own = new RateLimiterMemory({ points, duration })
    const common =
      shared &&
      new RateLimiterRedis({
        storeClient: shared.client,
        useRedisPackage: true,
        keyPrefix: `portal:limit:${name}`,
        points,
        duration,
        // A command that failed is counted here instead.
        insuranceLimiter: own,
      })
    return {
      now: (): RateLimiterAbstract => (common !== undefined && shared?.isLive() ? common : own),
      key: (value: string) =>
        hashKey === undefined ? value : createHmac('sha256', hashKey).update(value).digest('base64url'),
    }
  }
  const requests = limiter('requests', REQUESTS_PER_MINUTE, 60)
  const failures = limiter('failures', FAILURES_PER_WINDOW, FAILURE_WINDOW_SECONDS)
  const lastPushes = limiter('last-pushes', LAST_PUSHES_PER_HOUR, 3_600)
  const accountRequests = limiter('account-requests', ACCOUNT_REQUESTS_PER_HOUR, 3_600)
  const allAccountRequests = limiter('all-account-requests', ACCOUNT_REQUESTS_OF_ALL_PER_HOUR, 3_600)
  const accountProofs = limiter('account-proofs', ACCOUNT_PROOFS_PER_WINDOW, FAILURE_WINDOW_SECONDS)
  const count = async ({ now, key }: ReturnType<typeof limiter>, value: string) => {
    try {
      await now().consume(key(value))
      return undefined
    } catch (reached) {
      return tooMany(reached)
    }
  }
  return {
    request: (ip) => count(requests, sourceOf(ip)),
    accountRequest: async (ip) =>
      (await count(accountRequests, sourceOf(ip))) ?? count(allAccountRequests, 'all'),
    accountProof: (ip) => count(accountProofs, sourceOf(ip)),
    lastPush: (deviceId) => count(lastPushes, deviceId),
    signIn: async (ip) => {
      const state = await failures.now().get(failures.key(sourceOf(ip)))
      return state !== null && state.consumedPoints >= FAILURES_PER_WINDOW ? tooMany(state) : undefined
    },
    signInFailed: async (ip) => {
      await failures.now().penalty(failures.key(sourceOf(ip)), 1)
    },
  }
}

/**
 * Whose address it is, as far as it says: whoever has an IPv6 connection has 2^64 addresses, a new one for every guess, and
 * all of them in one network.
 */
export function sourceOf(ip: string): string {
  if (!isIPv6(ip)) return ip
  const mapped = /^::ffff:([\d.]+)$/i.exec(ip)?.[1]
  if (mapped !== undefined) return mapped
  const [before = '', after] = ip.split('::')
  const [head, tail] = [before, after ?? ''].map((part) => (part === '' ? [] : part.split(':')))
  const groups = [...(head ?? []), ...Array(8).fill('0')].slice(
    0,
    after === undefined ? 8 : 8 - (tail ?? []).length,
  )
  const network = [...groups, ...(tail ?? [])].slice(0, 4)
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

function tooMany(reached: unknown): DelayedRefusal {
  if (!(reached instanceof RateLimiterRes)) throw reached
  return {
    ...refusal('rate_limited', 'Too many requests from this address. Try again later.'),
    retryAfter: Math.max(1, Math.ceil(reached.msBeforeNext / 1000)),
  }
}
