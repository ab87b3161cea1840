/**
 * Where webhooks may go: https to the public internet, and to private networks only those that the operator names. A
 * name is looked up for each attempt, and the connection goes to the address that was looked at, so that a name cannot
 * point inwards a moment later. SPEC: H14.
 */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

const INWARD: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 96, 'ipv6'],
  ['::ffff:0:0', 96, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fec0::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]

export class AddressRefused extends Error {
  readonly code = 'address_refused'
}

export interface OutgoingAddresses {
  /** What is wrong with it, for people; undefined: nothing that can be said without looking it up. */
  problemOf(url: string): string | undefined
  readonly lookup: LookupFunction
  /** Throws AddressRefused. Of a literal address, which nobody looks up. */
  check(url: URL): void
}

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
const bare = (hostname: string) => hostname.replace(/^\[|\]$/g, '')

/** `networks`: private ones that are open all the same, there without TLS too. */
export function createOutgoingAddresses(networks: readonly string[]): OutgoingAddresses {
  const inward = new BlockList()
  for (const [network, bits, kind] of INWARD) inward.addSubnet(network, bits, kind)
  const open = new BlockList()
  for (const entry of networks) {
    const [address = '', bits] = entry.split('/')
    open.addSubnet(
      address,
      bits === undefined ? (isIP(address) === 6 ? 128 : 32) : Number(bits),
      family(address),
    )
  }
  const isOpen = (address: string) => open.check(address, family(address))
  const mayGo = (address: string) => isOpen(address) || !inward.check(address, family(address))

  const check = (url: URL) => {
    const host = bare(url.hostname)
    if (isIP(host) !== 0 && !mayGo(host)) throw new AddressRefused('A private address.')
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isIP(host) !== 0 && isOpen(host)))
      throw new AddressRefused('Not https.')
  }
  return {
    check,
    problemOf(text) {
      if (!URL.canParse(text)) return 'This is no address.'
      const url = new URL(text)
      if (url.username !== '' || url.password !== '' || url.hash !== '')
        return 'An address with neither a name, a password nor a fragment is needed.'
      try {
        check(url)
      } catch {
        return 'Webhooks go to https addresses of the public internet.'
      }
      return undefined
    },
    lookup(hostname, options, callback) {
      dnsLookup(hostname, { ...options, all: true }, (error, found) => {
        const addresses = (found ?? []) as unknown as LookupAddress[]
        if (error) return callback(error, '', 0)
        const [first] = addresses
        if (first === undefined || addresses.some(({ address }) => !mayGo(address)))
          return callback(new AddressRefused('The name points to a private address.'), '', 0)
        if (options.all === true) return callback(null, addresses)
        callback(null, first.address, first.family)
      })
    },
  }
}
