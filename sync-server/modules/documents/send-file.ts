/** Writes a file into an answer: to be saved and never shown by the browser in our name, kept by nobody on the way. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import { PART_BYTES } from '../../../shared/domains/documents/limits.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import type { OpenedFile } from './file-links.ts'
import { BROKEN, type Files } from './files.ts'

/** `from`: the first part that is wanted, for who has those before it. It is read before anything is said, so that a file that is broken there has an answer of its own. */
export async function sendFile(
  response: Response,
  files: Files,
  { file, name }: OpenedFile,
  from: number,
): Promise<Result<undefined, Refusal>> {
  const parts = files.content(file, from)
  let first: IteratorResult<Uint8Array>
  try {
    first = await parts.next()
  } catch (error) {
    if (files.broken(file, error)) return err(BROKEN)
    throw error
  }
  response.setHeader('Content-Type', file.type ?? 'application/octet-stream')
  response.setHeader('Content-Length', String(Math.max(0, file.bytes - from * PART_BYTES)))
  response.setHeader('Content-Disposition', disposition(name))
  // Also: not compressed, for its length is known, and neighbours in one answer could tell about each other.
  response.setHeader('Cache-Control', 'no-store, no-transform')
  response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox")
  const rest = async function* () {
    if (first.done !== true) yield first.value
    yield* parts
  }
  try {
    await pipeline(Readable.from(rest(), { objectMode: false }), response)
  } catch (error) {
    // The answer has begun: it ends short of its length, which nobody takes for the whole. Whoever left needs none.
    if (!files.broken(file, error) && !response.destroyed) throw error
    response.destroy()
  }
  return ok(undefined)
}

const disposition = (name: string): string => {
  const plain = name.replaceAll(/[^\w .()-]/g, '_')
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}`
}
