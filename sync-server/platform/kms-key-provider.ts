/**
 * A key-encryption key that never leaves AWS KMS: it wraps and opens data keys there. The place of a data key goes along
 * as encryption context, so that KMS itself refuses one that was moved to another client, and its own log names the client.
 */
import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms'
import type { EnvelopeContext } from '../../shared/crypto/envelope.ts'
import type { KeyProvider } from './key-provider.ts'
import { StartError } from './start-error.ts'

export interface KmsOptions {
  /** ARN of a symmetric key. */
  readonly keyArn: string
  /** Where KMS is spoken to; default: as AWS has it for the key's region. */
  readonly endpoint?: string | undefined
}

const contextOf = ({ client, documentId }: EnvelopeContext) => ({
  application: 'mentalspace-portal',
  client,
  key: documentId,
})
const CHECK: EnvelopeContext = {
  account: 'server',
  client: 'check',
  collection: 'client_key',
  documentId: 'check',
  schemaVersion: 1,
}

/** Throws StartError where the key cannot be used. Credentials are found as the AWS SDK finds them. */
export async function createKmsKeyProvider({ keyArn, endpoint }: KmsOptions): Promise<KeyProvider> {
  const client = new KMSClient({
    region: keyArn.split(':')[3] ?? '',
    maxAttempts: 3,
    ...(endpoint === undefined ? {} : { endpoint }),
  })
  const kekId = `kms:${keyArn}`
  const wrap: KeyProvider['wrap'] = async (raw, context) => {
    const { CiphertextBlob } = await client.send(
      new EncryptCommand({ KeyId: keyArn, Plaintext: raw, EncryptionContext: contextOf(context) }),
    )
    if (CiphertextBlob === undefined) throw new Error('KMS gave no ciphertext.')
    return CiphertextBlob
  }
  const unwrap: KeyProvider['unwrap'] = async (wrapped, context) => {
    const { Plaintext } = await client.send(
      new DecryptCommand({ KeyId: keyArn, CiphertextBlob: wrapped, EncryptionContext: contextOf(context) }),
    )
    if (Plaintext === undefined) throw new Error('KMS gave no plaintext.')
    return Plaintext
  }
  try {
    // A wrong key, permission or address is the operator's to know now, not the first client's.
    await unwrap(await wrap(new Uint8Array(32), CHECK), CHECK, kekId)
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    throw new StartError(`The key in PORTAL_KMS_KEY cannot be used: ${why}`)
  }
  return { kekId, readable: [kekId], wrap, unwrap }
}
