/**
 * A file as somebody chose it: may it go, and would a smaller picture do? What is told here spares a wait; the clinic looks
 * at the content itself.
 */
import { FILE_BYTES, type FileType } from '../../shared/domains/documents/limits.ts'
import { NAME_LENGTH } from '../../shared/domains/messages/limits.ts'
import type { ChosenFile } from './file-views.ts'

export type NotTaken = 'empty' | 'too-large' | 'kind'

/** How files of each type begin; the clinic goes by the same. */
const BEGINNINGS: readonly (readonly [type: FileType, pattern: RegExp])[] = [
  ['application/pdf', /^%PDF-/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/png', /^\x89PNG\r\n/],
  ['image/webp', /^RIFF[\s\S]{4}WEBP/],
]

/** By its content, as the clinic will: names lie, and systems that know no type of a file give none. */
function typeOf(bytes: Uint8Array, { type, name }: File): FileType | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 16))
  const found = BEGINNINGS.find(([, pattern]) => pattern.test(head))?.[0]
  return found ?? (type === 'text/plain' || /\.txt$/i.test(name) ? 'text/plain' : undefined)
}

export async function readChosen(file: File): Promise<ChosenFile | NotTaken> {
  if (file.size === 0) return 'empty'
  if (file.size > FILE_BYTES) return 'too-large'
  const bytes = new Uint8Array(await file.arrayBuffer())
  const type = typeOf(bytes, file)
  if (type === undefined) return 'kind'
  return { id: crypto.randomUUID(), name: file.name.trim().slice(-NAME_LENGTH) || 'file', type, bytes }
}

/** Enough to read a letter on it, and to see a rash. */
const SIDE = 2_000
const QUALITY = 0.85
/** Below that nobody waits long. */
const WORTH_IT = 1_000_000

/** A smaller copy of a large photo, which also leaves out when and where it was taken; null where it would gain little. */
export async function smallerCopy({ name, type, bytes }: ChosenFile): Promise<ChosenFile | null> {
  if (!type.startsWith('image/') || bytes.length < WORTH_IT) return null
  const picture = await createImageBitmap(new Blob([bytes], { type }), { imageOrientation: 'from-image' })
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
  if (made === null || made.size > bytes.length * 0.7) return null
  return {
    id: crypto.randomUUID(),
    name: `${name.replace(/\.\w{1,5}$/, '')}.jpg`,
    type: 'image/jpeg',
    bytes: new Uint8Array(await made.arrayBuffer()),
  }
}
