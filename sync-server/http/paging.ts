/** Lists page by cursor: opaque, stable under inserts, never an offset. */
import { z } from 'zod'

export const PageQuery = z.object({
  cursor: z.string().max(200).optional().meta({ description: '`next` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(100).optional(),
})

export const page = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().meta({ description: 'Cursor of the next page; null at the end.' }),
  })
