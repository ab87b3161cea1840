import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { createClientAddress, isAddressOrNetwork } from './client-address.ts'

const request = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage

it('believes nobody who is not named', () => {
  const addressOf = createClientAddress([])
  expect(addressOf(request('127.0.0.1', '203.0.113.9'))).toBe('127.0.0.1')
  expect(createClientAddress(['10.0.0.0/8'])(request('192.0.2.1', '203.0.113.9'))).toBe('192.0.2.1')
})

it('goes back through the named proxies to the first address that is none of them', () => {
  const addressOf = createClientAddress(['127.0.0.1', '10.0.0.0/8', 'fd00::/8'])
  expect(addressOf(request('127.0.0.1', '203.0.113.9'))).toBe('203.0.113.9')
  expect(addressOf(request('::ffff:127.0.0.1', '203.0.113.9, 10.1.2.3'))).toBe('203.0.113.9')
  expect(addressOf(request('fd00::1', '2001:db8::7'))).toBe('2001:db8::7')
  // What the client wrote itself stands further left and is not reached.
  expect(addressOf(request('127.0.0.1', '198.51.100.1, 203.0.113.9'))).toBe('203.0.113.9')
})

it('keeps the last address it can read', () => {
  const addressOf = createClientAddress(['127.0.0.1'])
  for (const nonsense of ['', 'unknown', '<script>', ' , '])
    expect(addressOf(request('127.0.0.1', nonsense))).toBe('127.0.0.1')
  expect(addressOf(request('127.0.0.1'))).toBe('127.0.0.1')
})

it('knows an address from a typing mistake', () => {
  for (const right of ['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'])
    expect(isAddressOrNetwork(right)).toBe(true)
  for (const wrong of ['', 'loopback', '10.0.0/8', '10.0.0.0/33', '10.0.0.0/8/8', '::/129'])
    expect(isAddressOrNetwork(wrong)).toBe(false)
})
