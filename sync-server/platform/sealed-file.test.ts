import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openingStream, sealingStream } from './sealed-file.ts'

const SECRET = randomBytes(32)
const MIB = 1024 * 1024
const through = (bytes: Uint8Array, stream: ReturnType<typeof sealingStream>) => {
  const source = Readable.from([Buffer.from(bytes)])
  source.pipe(stream)
  return buffer(stream)
}
const sealed = (bytes: Uint8Array) => through(bytes, sealingStream(SECRET))
const opened = (bytes: Uint8Array, secret: Uint8Array = SECRET) => through(bytes, openingStream(secret))

describe('a sealed file', () => {
  it.each([0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 3 * MIB + 17])(
    'comes back as it was: %i bytes',
    async (size) => {
      const bytes = randomBytes(size)
      const file = await sealed(bytes)
      expect((await opened(file)).equals(bytes)).toBe(true)
      expect((await sealed(bytes)).equals(file)).toBe(false)
    },
  )

  it('is not taken when a bit of it is another, or its end is missing', async () => {
    const file = await sealed(randomBytes(2 * MIB + 1_000))
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.nat(7), async (at, bit) => {
        const changed = Buffer.from(file)
        changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at)
        await expect(opened(changed)).rejects.toThrow()
      }),
      { numRuns: 20 },
    )
    for (const length of [0, 5, 38, 60, 38 + MIB + 16, 38 + 2 * (MIB + 16), file.length - 1])
      await expect(opened(file.subarray(0, length))).rejects.toThrow()
  })

  it('is not taken with pieces in another order, or another secret', async () => {
    const file = await sealed(randomBytes(3 * MIB))
    const piece = (index: number) => file.subarray(38 + index * (MIB + 16), 38 + (index + 1) * (MIB + 16))
    const swapped = Buffer.concat([file.subarray(0, 38), piece(1), piece(0), piece(2)])
    await expect(opened(swapped)).rejects.toThrow()
    await expect(opened(file, randomBytes(32))).rejects.toThrow(/other secrets/)
  })
})
