/** What a file is, told by its bytes alone: names and declared types are believed by nobody. Limits of pictures are kept here. */
import { fileTypeFromBuffer } from 'file-type'
import { imageSize } from 'image-size'
import {
  FILE_TYPES,
  type FileType,
  PICTURE_PIXELS,
  PICTURE_SIDE,
} from '../../../shared/domains/documents/limits.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'

const NOT_TAKEN = refusal(
  'invalid_document',
  'This is not a PDF, a JPEG, PNG or WebP picture, or plain text. Nothing was kept.',
)
const TOO_MANY_PIXELS = refusal('invalid_document', 'The picture has too many pixels. Nothing was kept.')
const BROKEN_PICTURE = refusal('invalid_document', 'The picture is broken. Nothing was kept.')

const isTaken = (type: string): type is FileType => Object.hasOwn(FILE_TYPES, type)

/** `head`: the beginning of the file. Text has no beginning of its own: `isText` says of the whole file that it is some. */
export async function typeOfContent(head: Uint8Array, isText: boolean): Promise<Result<FileType, Refusal>> {
  const found = await fileTypeFromBuffer(head)
  if (found === undefined) return isText ? ok('text/plain') : err(NOT_TAKEN)
  const type: string = found.mime
  if (!isTaken(type)) return err(NOT_TAKEN)
  if (!type.startsWith('image/')) return ok(type)
  const { width, height } = sizeOf(head)
  if (width < 1 || height < 1) return err(BROKEN_PICTURE)
  const isTooLarge = width > PICTURE_SIDE || height > PICTURE_SIDE || width * height > PICTURE_PIXELS
  return isTooLarge ? err(TOO_MANY_PIXELS) : ok(type)
}

function sizeOf(head: Uint8Array): { readonly width: number; readonly height: number } {
  try {
    return imageSize(head)
  } catch {
    return { width: 0, height: 0 }
  }
}

/** Is what goes through it UTF-8 without characters that only machines write? */
export function createTextCheck(): { add(part: Uint8Array): void; isText(): boolean } {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let sound = true
  const look = (part: Uint8Array | undefined) => {
    if (!sound) return
    try {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
      sound = !/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(decoder.decode(part, { stream: part !== undefined }))
    } catch {
      sound = false
    }
  }
  return {
    add: look,
    isText() {
      look(undefined)
      return sound
    },
  }
}
