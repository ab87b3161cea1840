/** What is asked of everybody at the doors: limits, tokens, proofs of a key; part of the composition root. */
import type { Clock } from '../shared/kernel/clock.ts'
import type { ComposedStorage } from './compose-storage.ts'
import type { Config } from './config.ts'
import { createAuthenticate } from './http/authenticate.ts'
import { createClientAddress } from './http/client-address.ts'
import { createIsOwnOrigin } from './http/own-origin.ts'
import { createProve } from './http/prove.ts'
import { createRateLimits } from './http/rate-limits.ts'
import { createAuthReader, createSessionLookup } from './modules/auth/reader.ts'
import { createAccessTokens } from './platform/access-token.ts'
import { createPossession } from './platform/possession.ts'
import { createProofNonces, type SharedMemory } from './platform/proof-nonces.ts'
import type { Redis } from './platform/redis.ts'
import type { SealedStream } from './platform/sealed-stream.ts'
import { createSigningKeys } from './platform/signing-keys.ts'
import { createSocketTickets } from './platform/socket-ticket.ts'

interface Deps extends ComposedStorage {
  readonly config: Config
  readonly clock: Clock
}
export type ComposedAdmission = ReturnType<typeof composeAdmission>

export function composeAdmission({ config, clock, database, redis, stream }: Deps) {
  const { pepper } = config.secrets
  const isLive = () => stream?.isLive() === true
  const limits = createRateLimits(redis && { client: redis.commands, isLive, secret: pepper })
  const signingKeys = createSigningKeys(config.secrets.signingKeys)
  const tokens = createAccessTokens(signingKeys, clock)
  const tickets = createSocketTickets(pepper, clock)
  const nonces = createProofNonces(pepper, clock, redis && usedProofs(redis, stream))
  const possession = createPossession(nonces)
  const sessions = {
    find: createSessionLookup(database),
    findDevice: createAuthReader(database.prisma).owner,
  }
  return {
    limits,
    signingKeys,
    tokens,
    tickets,
    escrowTickets: createSocketTickets(pepper, clock, 'escrow tickets v1'),
    authenticate: createAuthenticate({ tokens, tickets, possession, sessions, clock }),
    prove: createProve(possession, config.origin),
    addressOf: createClientAddress(config.trustedProxies),
    isOwnOrigin: createIsOwnOrigin(config.origin),
  }
}

/** A proof that one server took is used up for all of them. */
const usedProofs = ({ commands }: Redis, stream: SealedStream | undefined): SharedMemory => ({
  isLive: () => stream?.isLive() === true,
  add: async (key, seconds) =>
    (await commands.set(key, '1', { condition: 'NX', expiration: { type: 'EX', value: seconds } })) === 'OK',
})
