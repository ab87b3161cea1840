/**
 * A file as somebody chose it: may it go, and would a smaller picture do? What is told here spares a wait; the clinic looks
 * at the content itself.
 */
import { FILE_BYTES, FILE_TYPES } from '../../../shared/domains/documents/limits.ts'
import { NAME_LENGTH } from '../../../shared/domains/messages/limits.ts'
import type { ChosenFile } from '../../replica/portal-session.ts'

export type NotTaken = 'empty' | 'too-large' | 'kind'

const BY_ENDING: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  txt: 'text/plain',
}
/** Systems that know no type of a file give none. */
const typeOf = ({ type, name }: File): string =>
  type === '' ? (BY_ENDING[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? '') : type

export async function readChosen(file: File): Promise<ChosenFile | NotTaken> {
  const type = typeOf(file)
  if (!Object.hasOwn(FILE_TYPES, type)) return 'kind'
  if (file.size === 0) return 'empty'
  if (file.size > FILE_BYTES) return 'too-large'
  const bytes = new Uint8Array(await file.arrayBuffer())
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
