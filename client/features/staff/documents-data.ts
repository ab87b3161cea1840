/** What the staff's page of documents reads from the server and sends to it, checked at the edge. */
import type { SharedDocument } from '../../../shared/domains/documents/schema.ts'
import type { Message } from '../../../shared/domains/messages/schema.ts'
import type { PortalSession } from '../../replica/portal-session.ts'

export interface ClientDocuments {
  readonly items: readonly SharedDocument[]
  readonly next: string | null
  readonly clientName: string
}
export type Category = SharedDocument['category']

const has = (value: unknown, ...keys: string[]): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key))

/** Null for anything that is not what the server promises. */
export const readClientDocuments = (body: unknown): ClientDocuments | null =>
  has(body, 'items', 'next', 'clientName') &&
  Array.isArray(body.items) &&
  body.items.every((item: unknown) => has(item, 'id', 'title', 'category', 'sharedAt'))
    ? (body as unknown as ClientDocuments)
    : null

export const clientDocumentsPath = (clientId: string, cursor?: string): string =>
  `/api/v1/staff/clients/${encodeURIComponent(clientId)}/documents${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`

export interface Sharing {
  readonly title: string
  readonly category: Category
  readonly content: Uint8Array<ArrayBuffer>
  /** The same again goes on where it stopped. */
  readonly attempt: string
}
/** Null: shared. Else the server's code, or `offline`. */
export type ShareTrouble = string | null

const codeOf = ({ status, body }: { readonly status: number; readonly body: unknown }): string => {
  if (status === 0) return 'offline'
  return has(body, 'code') ? String(body.code) : 'unavailable'
}

async function sha256(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', content))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** `onProgress`: 0…1. What a broken line left over is not sent again. */
export async function shareDocument(
  session: Pick<PortalSession, 'request'>,
  clientId: string,
  { title, category, content, attempt }: Sharing,
  onProgress: (part: number) => void,
): Promise<ShareTrouble> {
  const below = clientDocumentsPath(clientId)
  const begun = await session.request({
    method: 'POST',
    path: below,
    idempotencyKey: attempt,
    body: { title, category, bytes: content.length, sha256: await sha256(content) },
  })
  if (begun.status !== 201 || !has(begun.body, 'id', 'received', 'parts', 'partBytes')) return codeOf(begun)
  const at = `${below}/${begun.body.id}`
  const trouble = await sendParts(session, at, begun.body, content, onProgress)
  if (trouble !== null) return trouble
  onProgress(1)
  const shared = await session.request({ method: 'POST', path: `${at}/finish` })
  return shared.status === 200 ? null : codeOf(shared)
}

async function sendParts(
  session: Pick<PortalSession, 'request'>,
  at: string,
  { received, parts, partBytes }: Readonly<Record<string, unknown>>,
  content: Uint8Array<ArrayBuffer>,
  onProgress: (part: number) => void,
): Promise<ShareTrouble> {
  const size = Number(partBytes)
  for (let part = Number(received); part < Number(parts); part++) {
    onProgress(part / Number(parts))
    const bytes = content.slice(part * size, (part + 1) * size)
    const sent = await session.request({ method: 'PUT', path: `${at}/parts/${part}`, bytes })
    if (sent.status !== 200) return codeOf(sent)
  }
  return null
}

/** A file that goes with a message to a client; what the message says of it, or why there is none. */
export async function sendForMessage(
  session: Pick<PortalSession, 'request'>,
  clientId: string,
  {
    id,
    name,
    content,
  }: { readonly id: string; readonly name: string; readonly content: Uint8Array<ArrayBuffer> },
  onProgress: (part: number) => void,
): Promise<Message['attachments'][number] | string> {
  const at = filePath(clientId, 'attachments', id)
  const body = { name, bytes: content.length, sha256: await sha256(content) }
  const begun = await session.request({ method: 'PUT', path: at, body })
  if (begun.status !== 200 || !has(begun.body, 'received', 'parts', 'partBytes')) return codeOf(begun)
  const trouble = await sendParts(session, at, begun.body, content, onProgress)
  if (trouble !== null) return trouble
  onProgress(1)
  const finished = await session.request({ method: 'POST', path: `${at}/finish` })
  return finished.status === 200 && has(finished.body, 'documentId', 'name', 'bytes')
    ? (finished.body as Message['attachments'][number])
    : codeOf(finished)
}

export const FILE_KINDS = ['documents', 'attachments', 'answer-files'] as const
export type FileKind = (typeof FILE_KINDS)[number]
export const filePath = (clientId: string, kind: FileKind, id: string): string =>
  `/api/v1/staff/clients/${encodeURIComponent(clientId)}/${kind}/${encodeURIComponent(id)}`
