/** `npm run tokens:rotate`: a new key signs the access tokens, the old ones still verify, nobody is signed out. */
import type { Config } from './config.ts'
import { keepSigningKeys, rotateSigningKeys } from './secrets.ts'

/** What to tell the operator. */
export function rotateTokens({ secrets, keepsSigningKeys, dataDir }: Config): string {
  const next = rotateSigningKeys(secrets.signingKeys)
  if (keepsSigningKeys) {
    keepSigningKeys(dataDir, next)
    return `A new key in ${dataDir} signs the tokens from the next start on; those of the old one stay good.`
  }
  return [
    'Start the server with this value: the first key signs, all verify. With several servers see docs/several-servers.md.',
    `PORTAL_SIGNING_KEY=${next}`,
  ].join('\n')
}
