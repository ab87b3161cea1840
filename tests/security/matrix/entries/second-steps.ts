/** Second steps of signing in. */
import { randomUUID } from 'node:crypto'
import { type Entry, newPasskey, portal, staff } from './entry.ts'

/** The same for clients and for staff: nobody's factors but one's own can be named. */
const factorsBelow = (base: string): Readonly<Record<string, Entry>> => ({
  [`get ${base}/factors`]: { ownOnly: true, status: 200 },
  [`post ${base}/factors/totp`]: { ownOnly: true, status: 200 },
  [`post ${base}/factors/totp/confirm`]: {
    ownOnly: true,
    sample: () => ({ body: { code: 'none' } }),
    status: 400,
  },
  // Nothing is set up, and no id is theirs. The real thing: tests/integration/two-step.test.ts.
  [`delete ${base}/factors/totp`]: { ownOnly: true, status: 409 },
  [`post ${base}/factors/passkeys/options`]: { ownOnly: true, status: 200 },
  [`post ${base}/factors/passkeys`]: { ownOnly: true, sample: () => ({ body: newPasskey }), status: 422 },
  [`put ${base}/factors/passkeys/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() }, body: { name: 'Matrix' } }),
    status: 404,
  },
  [`delete ${base}/factors/passkeys/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() } }),
    status: 404,
  },
  [`post ${base}/factors/recovery-codes`]: { ownOnly: true, status: 409 },
})

export const entries: Readonly<Record<string, Entry>> = {
  ...factorsBelow(`${portal}/auth`),
  ...factorsBelow(`${staff}/auth`),
}
