/**
 * The appointment is not what the page showed when the client asked for a change of it. Nothing was written; to be
 * looked at again. SPEC: client/replica/SPEC.md, R43.
 */
export class VisitMoved extends Error {
  override readonly name = 'VisitMoved'
  constructor() {
    super('the appointment has changed since it was shown')
  }
}

/** Also for an error that came through the worker's port, which keeps names only. */
export const isVisitMoved = (error: unknown): boolean => error instanceof Error && error.name === 'VisitMoved'
