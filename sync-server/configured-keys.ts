/** The key-encryption keys that the configuration names: the current one wraps, every one of them opens. */
import type { Config } from './config.ts'
import { createKeyProvider, createKeyRing, type KeyProvider } from './platform/key-provider.ts'

export async function createConfiguredKeys({
  secrets,
  kms,
}: Pick<Config, 'secrets' | 'kms'>): Promise<KeyProvider> {
  const keks = secrets.kek === undefined ? secrets.previousKeks : [secrets.kek, ...secrets.previousKeks]
  const held = keks.map((kek) => createKeyProvider({ kek }))
  if (kms === undefined) return createKeyRing(held)
  // Loaded where it is used: nobody else pays for it.
  const { createKmsKeyProvider } = await import('./platform/kms-key-provider.ts')
  const managed = await createKmsKeyProvider(kms)
  return createKeyRing(kms.current ? [managed, ...held] : [...held, managed])
}
