/**
 * Fetches what the server has after the cursor, page by page, capped at the head that the first page read. Each page
 * is durable with its position, so that a pull goes on where it was cut off. Large ones go over HTTP (compressed,
 * out of the socket's way), small ones over the socket. SPEC: client/replica/SPEC.md, R9 and R10.
 */
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import type { HelloAnswer, PullAnswer, PullRequest, Reply } from '../../../shared/protocol/messages.ts'
import { LIMITS, SYNC_HTTP } from '../../../shared/protocol/terms.ts'
import { type Http, problemCode } from '../../transport/http.ts'
import { isPage } from '../../transport/http-door.ts'
import { type PortalSocket, SocketTimeout } from '../../transport/socket.ts'
import type { Portion } from './portion.ts'
import { Overtaken, type PullPoint } from './pull-point.ts'
import type { ReplicaStore } from './replica-store.ts'
import { seenKey } from './reset.ts'
import type { PullPosition } from './sealed-rows.ts'

export class PullRefused extends Error {
  override readonly name = 'PullRefused'
  readonly code: ErrorCode
  constructor(code: ErrorCode) {
    super(code)
    this.code = code
  }
}

export interface PullDeps {
  readonly store: ReplicaStore
  readonly client: string
  readonly http: Http
  /** For the bulk way; null where there is none. */
  readonly token: () => Promise<string | null>
  /** Rows of a page. */
  readonly portion: Portion
  /** A page is here, and written. */
  readonly onPage: () => void
  readonly onProgress: (progress: number | null) => void
  /** The connection that it was begun on has ended. */
  readonly ended: AbortSignal
}

/** Positions behind the head from which on a pull counts as bulk. */
const BULK = 200
/** A page on a good line. */
export const PAGE_ROWS: number = LIMITS.pullPage

interface PullState {
  readonly reset: boolean
  /** Pages that came before; counted for a reset. */
  readonly pages: number
  readonly seen: Set<string>
  /** Answered before the pull began. */
  readonly acked: readonly number[]
  readonly grant: number | undefined
  /** Where it stands. */
  readonly at: PullPoint
  /** Its name. */
  readonly by: string
}

/**
 * `mode` as the server said at hello. A rewind is done as a reset: whatever the lost history brought here must go as
 * well, and only a whole pull shows what that is; what this device had written is replayed from its journal.
 */
export async function pullAll(
  socket: PortalSocket,
  deps: PullDeps,
  mode: HelloAnswer['mode'],
  head: { readonly e: number; readonly s: number },
  /** Generation of the grant, where the record is somebody else's. */
  grant?: number,
): Promise<void> {
  const { store, ended } = deps
  const start = await startOf(store, mode, head.e, grant)
  const { reset, by } = start
  let { after, upTo, pages, at } = start
  if (reset) await store.replayJournal()
  const acked = await store.ackedNumbers()
  const bulk = start.first || head.s - after > BULK
  const begin = after
  const seen = new Set(start.seen)
  if (bulk) deps.onProgress(0)
  try {
    const fetchAfter = (page: Pick<PullPosition, 'after' | 'upTo'>) =>
      fetchPage(socket, deps, { client: deps.client, after: page.after, upTo: page.upTo }, bulk)
    let coming = fetchAfter({ after, upTo })
    for (;;) {
      const page = await coming
      if (ended.aborted) return
      // In bulk it comes past the socket: a server that was restored since may have answered, before the socket's end is heard.
      if (page.head.e !== head.e) throw new Overtaken('the feed began anew')
      // The server reads the next page while this one is sealed and written here.
      if (!page.done) {
        coming = fetchAfter({ after: page.next, upTo: page.upTo })
        coming.catch(() => {})
      }
      at = await writePage(store, page, { reset, pages, seen, acked, grant, at, by })
      deps.onPage()
      if (page.done) return
      pages += 1
      after = page.next
      upTo = page.upTo
      if (bulk) deps.onProgress(Math.min(1, (after - begin) / Math.max(1, upTo - begin)))
    }
  } finally {
    if (bulk) deps.onProgress(null)
  }
}

async function writePage(
  store: ReplicaStore,
  page: PullAnswer,
  { reset, pages, seen, acked, grant, at, by }: PullState,
): Promise<PullPoint> {
  const keys = reset ? page.rows.map((row) => seenKey(row[0], row[1])) : []
  for (const key of keys) seen.add(key)
  const position = positionAfter(page, reset ? pages + 1 : undefined, grant, by)
  if (page.done && reset) await store.dropUnseen(seen, at)
  await store.reconcile({
    rows: page.rows,
    pulled: {
      position,
      after: at,
      ...(reset && { seen: { page: pages, keys } }),
    },
    ...(page.done && { to: page.head, finish: acked }),
    force: reset,
  })
  return { cursor: at.cursor, position: position ?? undefined }
}

/** `pages`, `seen`: of the reset that is gone on with. */
async function startOf(
  store: ReplicaStore,
  mode: HelloAnswer['mode'],
  epoch: number,
  grant: number | undefined,
) {
  let at = await store.pulls.point()
  const { cursor, position } = at
  const by = store.pulls.name()
  const first = cursor === undefined
  // Broken off before the server began a new epoch: its pages are of a history that is no more.
  // Or under another grant: its pages passed over what may be covered now.
  const isOfOther = grant !== undefined && position?.g !== undefined && position.g !== grant
  const outdated = position !== undefined && (position.e !== epoch || isOfOther)
  const isReset = position?.pages !== undefined
  if (isReset && !outdated) {
    const { after, upTo, pages = 0 } = position
    const seen = await store.seenBefore(pages)
    if (seen !== undefined) {
      at = await store.pulls.takeOver(at, { ...position, by })
      return { first, reset: true, after, upTo, pages, seen, at, by }
    }
  }
  // What only some of its pages are known of is begun anew: its end drops what no page has brought.
  if (isReset || outdated || (mode !== 'delta' && !first)) {
    const begun = { e: epoch, after: 0, upTo: null, pages: 0, ...(grant !== undefined && { g: grant }), by }
    at = await store.pulls.takeOver(at, begun)
    return { first, reset: true, after: 0, upTo: null, pages: 0, seen: [], at, by }
  }
  const { after, upTo } = position ?? { after: cursor?.s ?? 0, upTo: null }
  return { first, reset: false, after, upTo, pages: 0, seen: [], at, by }
}

/** `pages`: of a reset. */
const positionAfter = (
  { done, head, next, upTo }: PullAnswer,
  pages: number | undefined,
  g: number | undefined,
  by: string,
): PullPosition | null =>
  done
    ? null
    : {
        e: head.e,
        after: next,
        upTo,
        ...(pages !== undefined && { pages }),
        ...(g !== undefined && { g }),
        by,
      }

async function fetchPage(
  socket: PortalSocket,
  deps: PullDeps,
  request: PullRequest,
  bulk: boolean,
): Promise<PullAnswer> {
  const { portion } = deps
  // As messages were before pages had sizes: the whole one needs no word.
  const asked = portion.size < PAGE_ROWS ? { ...request, limit: portion.size } : request
  try {
    const overHttp = bulk ? await fetchOverHttp(deps, asked) : null
    const reply = overHttp ?? (await socket.pull(asked))
    if ('error' in reply) throw new PullRefused(reply.error)
    portion.answered()
    return reply.ok
  } catch (error) {
    if (error instanceof SocketTimeout) portion.cut()
    throw error
  }
}

/** Null where HTTP does not help: the socket is asked instead. A page that breaks off is asked for again, smaller. */
async function fetchOverHttp(deps: PullDeps, request: PullRequest): Promise<Reply<PullAnswer> | null> {
  const token = await deps.token()
  if (token === null) return null
  const asked = deps.http({ method: 'POST', path: `${SYNC_HTTP}/pull`, body: request, token })
  const answer = await Promise.race([asked, whenEnded(deps.ended)])
  if (answer.status === 200 && isPage(answer.body)) return { ok: answer.body }
  if (answer.why === 'silent') throw new SocketTimeout('the page broke off')
  const code = problemCode(answer)
  if (code === 'not_found' || code === 'not_permitted' || code === 'device_revoked')
    return { error: code, detail: '' }
  return null
}

/** A page that a line breaks under is asked for again by the next connection, smaller. */
const whenEnded = (ended: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = () => reject(new SocketTimeout('the connection ended'))
    if (ended.aborted) end()
    else ended.addEventListener('abort', end, { once: true })
  })
