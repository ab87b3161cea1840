/** A PDF as an answer: to be saved, kept by nobody on the way, and never shown by the browser in our name. */
import type { Response } from 'express'
import { ok, type Result } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import type { Paper } from './service.ts'

export function sendPaper(response: Response, made: Result<Paper, Refusal>): Result<undefined, Refusal> {
  if (!made.ok) return made
  const { fileName, bytes } = made.value
  response.setHeader('Content-Type', 'application/pdf')
  response.setHeader(
    'Content-Disposition',
    `attachment; filename="${fileName.replaceAll(/[^\w .()-]/g, '_')}"`,
  )
  response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox")
  response.end(Buffer.from(bytes))
  return ok(undefined)
}
