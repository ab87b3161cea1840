/**
 * One direction of a connection through a bad network: bytes keep their order, arrive late and no faster than the line
 * carries them. Several connections may share a line's speed.
 */
import type { Socket } from 'node:net'

export interface LineConditions {
  /** One way. */
  readonly latencyMs: number
  /** Added to the latency, evenly from 0 to this. */
  readonly jitterMs: number
  /** Of this direction, all connections together. */
  readonly bytesPerSecond: number
}

/** What the connections of one direction share. */
export interface Line {
  conditions(): LineConditions
  /** False: what is under way stays where it is. */
  flows(): boolean
  chance(): number
  /** When the line is free again; ms of `performance.now()`. */
  freeAt: number
}

/** What is under way at most, before the sender has to wait. */
const BUFFER = 65_536
const PIECE = 4_096

/** Carries what comes from `from` to `to`, its end included. `onPiece` is told before a piece leaves: false drops all. */
export function carry(from: Socket, to: Socket, line: Line, onPiece: (bytes: number) => boolean): () => void {
  const queue: { bytes: Buffer | null; due: number }[] = []
  let held = 0
  let last = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const put = (bytes: Buffer | null) => {
    const { latencyMs, jitterMs, bytesPerSecond } = line.conditions()
    const now = performance.now()
    line.freeAt = Math.max(now, line.freeAt) + ((bytes?.length ?? 0) / bytesPerSecond) * 1_000
    last = Math.max(last, line.freeAt + latencyMs + line.chance() * jitterMs)
    queue.push({ bytes, due: last })
    held += bytes?.length ?? 0
  }
  const move = () => {
    clearTimeout(timer)
    while (queue[0] !== undefined && line.flows() && !to.destroyed) {
      const [{ bytes, due }] = queue as [(typeof queue)[0]]
      const wait = due - performance.now()
      if (wait > 1) {
        timer = setTimeout(move, wait)
        return
      }
      queue.shift()
      if (bytes === null) to.end()
      else if (!onPiece(bytes.length)) return
      else to.write(bytes)
      held -= bytes?.length ?? 0
      if (held < BUFFER && from.isPaused()) from.resume()
    }
  }
  from.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; at += PIECE) put(chunk.subarray(at, at + PIECE))
    if (held >= BUFFER) from.pause()
    move()
  })
  from.on('end', () => {
    put(null)
    move()
  })
  return move
}
