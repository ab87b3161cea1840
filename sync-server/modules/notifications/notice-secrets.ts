/** What is signed and hashed for notifications: links that end them, and addresses by which nothing is sent any more. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { NOTICE_KINDS, type NoticeKind } from '../../../shared/domains/profile/preferences.ts'

export interface Unsubscription {
  readonly accountId: string
  readonly kind: NoticeKind
}
export interface NoticeSecrets {
  unsubscribeToken(what: Unsubscription): string
  readUnsubscribe(token: string): Unsubscription | undefined
  /** Finds an address again without keeping it. */
  addressTag(address: string): string
  kindTag(what: Unsubscription): string
}

const SHAPE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([a-z]+)\.([\w-]{43})$/

export function createNoticeSecrets(pepper: Uint8Array): NoticeSecrets {
  const derive = (info: string) => Buffer.from(hkdfSync('sha256', pepper, new Uint8Array(), info, 32))
  const linkKey = derive('unsubscribe links v1')
  const tagKey = derive('notice blocks v1')
  const tag = (...parts: readonly string[]) =>
    createHmac('sha256', tagKey).update(JSON.stringify(parts)).digest('base64url')
  const signed = (accountId: string, kind: string) =>
    createHmac('sha256', linkKey)
      .update(JSON.stringify([accountId, kind]))
      .digest()
  return {
    unsubscribeToken: ({ accountId, kind }) =>
      `${accountId}.${kind}.${signed(accountId, kind).toString('base64url')}`,
    readUnsubscribe(token) {
      const [, accountId = '', kind = '', mac = ''] = SHAPE.exec(token) ?? []
      const known = NOTICE_KINDS.find((each) => each === kind)
      if (known === undefined) return undefined
      const given = Buffer.from(mac, 'base64url')
      const right = signed(accountId, known)
      const isSound = given.length === right.length && timingSafeEqual(given, right)
      return isSound ? { accountId, kind: known } : undefined
    },
    addressTag: (address) => tag('address', address.trim().toLowerCase()),
    kindTag: ({ accountId, kind }) => tag('kind', accountId, kind),
  }
}
