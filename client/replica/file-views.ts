/** Files as the screens know them: those of documents that are kept here, and those that go with what is written. */

/** Of a file that is kept on this device: how much of it is here. */
export interface KeptFile {
  readonly bytes: number
  readonly have: number
  readonly parts: number
}
/** By the document's id. */
export type FilesView = { readonly [documentId: string]: KeptFile }
/** `gone`: it is not shared any more. `broken`: what came is not what was announced. */
export type FileTrouble = 'offline' | 'gone' | 'broken' | 'unavailable'
export type FileAnswer =
  | {
      readonly ok: true
      readonly bytes: Uint8Array<ArrayBuffer>
      readonly type: string
      /** As the clinic calls it, where it was asked. */
      readonly name?: string
    }
  | { readonly ok: false; readonly reason: FileTrouble }

/** What a file is there for. */
export type FileOf = 'message' | 'answer'

/** A file that somebody wants to send with a message, or gives as an answer; the id is made where it was chosen. */
export interface ChosenFile {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The form whose question it answers. */
  readonly draft?: string
}
/**
 * `here`: on this device alone so far. `there`: the clinic has it, and its message or its form is about to go, or may.
 * `sent`: with it. `refused`: the clinic does not take it.
 */
export interface AttachedFile {
  readonly name: string
  readonly type: string
  readonly bytes: number
  readonly parts: number
  /** Parts that the clinic has. */
  readonly up: number
  readonly state: 'here' | 'there' | 'sent' | 'refused'
}
/** By the file's id: those that this device has. */
export type AttachmentsView = { readonly [id: string]: AttachedFile }
