/** Bytes that are laid aside, to be given back on the day the disk is full: typing goes on meanwhile. */

/** Room for a long form's worth of answers. */
const BALLAST_BYTES = 262_144
/** Random, because a disk may compress; in the portions that the browser allows. */
export function makeBallast(): Uint8Array {
  const bytes = new Uint8Array(BALLAST_BYTES)
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  return bytes
}

/** The browser has no room left for what was to be written. */
export const isFull = (error: unknown): boolean =>
  error instanceof Error && error.name === 'QuotaExceededError'
