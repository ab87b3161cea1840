/** What files may be, in one place for both sides. Apart from the schemas, which screens do without. */
export const FILE_BYTES = 20 * 1024 * 1024
/** A file travels and lies in parts of this size (the last may be smaller): what a weak line carries between two breaks. */
export const PART_BYTES = 256 * 1024
/** Of a picture: more would cost a phone its memory when it is drawn. */
export const PICTURE_PIXELS = 50_000_000
export const PICTURE_SIDE = 16_384
/** A link to a file's content is good for so long, at most; ms. */
export const LINK_MS = 5 * 60_000

/** What is taken, told by content and never by a name; `extension`: what it is saved as. */
export const FILE_TYPES = {
  'application/pdf': { extension: 'pdf' },
  'image/jpeg': { extension: 'jpg' },
  'image/png': { extension: 'png' },
  'image/webp': { extension: 'webp' },
  'text/plain': { extension: 'txt' },
} as const
export type FileType = keyof typeof FILE_TYPES

export const partsOf = (bytes: number): number => Math.ceil(bytes / PART_BYTES)
export const partLength = (bytes: number, part: number): number =>
  Math.min(PART_BYTES, bytes - part * PART_BYTES)

/** A name that every file system takes, with the ending of what the file is. */
export function savedName(title: string, type: string): string {
  const bare = title
    .replaceAll(/[\p{Cc}\p{Cf}\\/:*?"<>|]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, 120)
  const extension = Object.hasOwn(FILE_TYPES, type) ? FILE_TYPES[type as FileType].extension : 'bin'
  const ending = `.${extension}`
  return `${(bare.toLowerCase().endsWith(ending) ? bare.slice(0, -ending.length) : bare) || 'document'}${ending}`
}
