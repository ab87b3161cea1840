/**
 * For whoever runs the server. Live: the process answers; only when it does not is a restart of any use. Ready: its
 * database answers too; while it does not, a proxy may send requests elsewhere. SPEC: shared/protocol/SPEC.md, P29.
 */
import { type RequestHandler, Router } from 'express'
import { sendProblem, unavailable } from './problem.ts'
import { noStore } from './security-headers.ts'

const LONGEST_MS = 3_000

/** How a server stands among others. */
export interface Standing {
  /** It sends its devices away: not ready any more. */
  readonly stopping: boolean
  /** `none`: no REDIS_URL. `away`: changes on other servers are looked up in the database. */
  readonly fanOut: 'none' | 'live' | 'away'
  /** How often heads are compared with the database, whatever was told; null where nobody else writes to it. */
  readonly checkedEverySeconds: number | null
}
export interface Health {
  /** Rejects when the database does not answer. */
  readonly check: () => Promise<void>
  readonly standing: () => Standing
}

/** May requests be sent here? */
export const isReady = async ({ check, standing }: Health): Promise<boolean> =>
  !standing().stopping && (await answersInTime(check()))

export function healthRoutes(health: Health): Router {
  const ready: RequestHandler = async (_request, response) => {
    const { stopping: _, ...others } = health.standing()
    if (await isReady(health)) response.json({ status: 'ok', ...others })
    else sendProblem(response, unavailable)
  }
  const router = Router({ caseSensitive: true })
  router.get(['/health/live', '/livez'], noStore, (_request, response) => {
    response.json({ status: 'ok' })
  })
  router.get(['/health/ready', '/readyz'], noStore, ready)
  router.get('/healthz', noStore, async (_request, response) => {
    if (await answersInTime(health.check())) response.json({ status: 'ok' })
    else sendProblem(response, unavailable)
  })
  return router
}

function answersInTime(checked: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), LONGEST_MS)
    checked
      .then(
        () => resolve(true),
        () => resolve(false),
      )
      .finally(() => clearTimeout(timer))
  })
}
