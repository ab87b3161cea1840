/** Files that answer questions: where an open form puts them, and what may go wrong when one is chosen. */
import { largestFile, takenTypes } from '../../../shared/questionnaire/attached-file.ts'
import type { Item } from '../../../shared/questionnaire/questionnaire.ts'
import { type NotTaken, readChosen, smallerCopy } from '../../replica/choose-file.ts'
import type { ChosenFile, FileAnswer } from '../../replica/file-views.ts'

export interface FormFiles {
  /** False on a tablet of the waiting room: nothing is added or taken away there, or opened. */
  readonly takes: boolean
  /** Resolves with its SHA-256, hex, once it is sealed on this device. */
  attach(file: ChosenFile): Promise<string>
  /** The clinic forgets them too, as soon as it can be told. */
  detach(ids: readonly string[]): Promise<void>
  open(id: string): Promise<FileAnswer>
}

/** Of a form that is tried: nothing of them outlives the page. */
export function memoryFiles(): FormFiles {
  const files = new Map<string, ChosenFile>()
  return {
    takes: true,
    async attach(file) {
      files.set(file.id, file)
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', file.bytes))
      return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
    },
    async detach(ids) {
      for (const id of ids) files.delete(id)
    },
    async open(id) {
      const file = files.get(id)
      return file ? { ok: true, bytes: file.bytes, type: file.type } : { ok: false, reason: 'gone' }
    },
  }
}

/** A file for this question, or why it is none. A photo over the form's own limit is made smaller where that helps. */
export async function readForQuestion(item: Item, file: File): Promise<ChosenFile | NotTaken> {
  const read = await readChosen(file)
  if (typeof read === 'string') return read
  if (!takenTypes(item).some((type) => type === read.type)) return 'kind'
  if (read.bytes.length <= largestFile(item)) return read
  return (await smallerForQuestion(item, read)) ?? 'too-large'
}

export async function smallerForQuestion(item: Item, file: ChosenFile): Promise<ChosenFile | null> {
  const copy = await smallerCopy(file).catch(() => null)
  const fits =
    copy !== null &&
    copy.bytes.length <= largestFile(item) &&
    takenTypes(item).some((type) => type === copy.type)
  return fits ? copy : null
}
