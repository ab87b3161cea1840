/** Documents that the practice shares with the client: metadata only, the bytes are fetched by their hash. */
import { z } from 'zod'

const id = z.uuid().lowercase()
const time = z.number().int().nonnegative()
const text = (max: number) => z.string().max(max)

export const SharedDocument = z.object({
  id,
  title: text(200),
  category: z.enum(['letter', 'care-plan', 'lab-result', 'consent', 'education', 'other']),
  mimeType: text(100),
  bytes: z.number().int().nonnegative(),
  /** SHA-256 of the file, hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sharedAt: time,
  sharedByName: text(200),
  updatedAt: time,
})
export type SharedDocument = z.infer<typeof SharedDocument>
