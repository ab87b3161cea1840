/**
 * Passwords at rest: Argon2id over HMAC-SHA256(pepper, password), so that a copied table without the server's pepper
 * is not even guessable. At most two hashes run at once: more would only take the memory and the cores from everyone.
 */
import { createHmac } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

export interface PasswordHasher {
  hash(password: string): Promise<string>
  /** False for a wrong password and for a hash that is not one. */
  verify(stored: string, password: string): Promise<boolean>
}

const PARAMETERS = {
  /** Argon2id (the package has a const enum, which isolated modules cannot import). */
  algorithm: 2,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const
const AT_ONCE = 2

export function createPasswordHasher({ pepper }: { readonly pepper: Uint8Array }): PasswordHasher {
  const queue = createQueue(AT_ONCE)
  // Base64, because verify() takes nothing but UTF-8. Normalized, so that an accent typed on another keyboard is the same password.
  const peppered = (password: string) =>
    createHmac('sha256', pepper).update(password.normalize('NFKC')).digest('base64')
  return {
    hash: (password) => queue(() => hash(peppered(password), PARAMETERS)),
    verify: (stored, password) =>
      queue(async () => {
        try {
          return await verify(stored, peppered(password))
        } catch {
          return false
        }
      }),
  }
}

/** Runs at most `width` tasks at a time, in order of arrival. */
function createQueue(width: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (task) => {
    if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
