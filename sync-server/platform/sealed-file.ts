/**
 * A file of any length, sealed while it is written: AES-256-GCM in pieces of 1 MiB under a key of the file's own, made
 * from the server's secret and a random salt. A piece's nonce is its number and whether it is the last one, so pieces
 * cannot be changed, left out, put elsewhere or cut off at the end without the reader noticing.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { Transform, type TransformCallback } from 'node:stream'

const MAGIC = Buffer.from('MSPF1\n')
const SALT_BYTES = 32
const HEADER_BYTES = MAGIC.length + SALT_BYTES
const PIECE_BYTES = 1024 * 1024
const TAG_BYTES = 16

export class SealedFileError extends Error {
  override readonly name = 'SealedFileError'
}

const keyOf = (secret: Uint8Array, salt: Uint8Array) =>
  Buffer.from(hkdfSync('sha256', secret, salt, 'portal sealed file v1', 32))

function nonceOf(piece: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(piece, 7)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** Collects what comes into pieces of `size`; `last` is known only at the end, so one piece is always held back. */
abstract class Pieces extends Transform {
  #held: Buffer = Buffer.alloc(0)
  #number = 0
  protected abstract size(): number
  protected abstract piece(bytes: Buffer, nonce: Buffer): Buffer
  /** What is no piece: called with everything until it has taken what it needs. */
  protected header(bytes: Buffer): Buffer {
    return bytes
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      this.#held = this.header(this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]))
      while (this.#held.length > this.size()) {
        this.push(this.piece(this.#held.subarray(0, this.size()), nonceOf(this.#number++, false)))
        this.#held = this.#held.subarray(this.size())
      }
      done()
    } catch (error) {
      done(error as Error)
    }
  }
  override _flush(done: TransformCallback): void {
    try {
      done(null, this.piece(this.#held, nonceOf(this.#number, true)))
    } catch (error) {
      done(error as Error)
    }
  }
}

export function sealingStream(secret: Uint8Array): Transform {
  const salt = randomBytes(SALT_BYTES)
  const key = keyOf(secret, salt)
  class Sealing extends Pieces {
    protected override size = () => PIECE_BYTES
    protected override piece(bytes: Buffer, nonce: Buffer): Buffer {
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
    }
  }
  const stream = new Sealing()
  stream.push(Buffer.concat([MAGIC, salt]))
  return stream
}

/** Ends with a {@link SealedFileError} where the file is not as it was written, or the secret is another. */
export function openingStream(secret: Uint8Array): Transform {
  let key: Buffer | undefined
  class Opening extends Pieces {
    // Until the header is there nothing is a piece.
    protected override size = () => (key === undefined ? Number.POSITIVE_INFINITY : PIECE_BYTES + TAG_BYTES)
    protected override header(bytes: Buffer): Buffer {
      if (key !== undefined || bytes.length < HEADER_BYTES) return bytes
      if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new SealedFileError('it is not a sealed file')
      key = keyOf(secret, bytes.subarray(MAGIC.length, HEADER_BYTES))
      return bytes.subarray(HEADER_BYTES)
    }
    protected override piece(bytes: Buffer, nonce: Buffer): Buffer {
      if (key === undefined || bytes.length < TAG_BYTES) throw new SealedFileError('it was cut off')
      const decipher = createDecipheriv('aes-256-gcm', key, nonce)
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      const opened = decipher.update(bytes.subarray(0, -TAG_BYTES))
      try {
        return Buffer.concat([opened, decipher.final()])
      } catch {
        throw new SealedFileError('it was changed or cut off, or was made with other secrets')
      }
    }
  }
  return new Opening()
}
