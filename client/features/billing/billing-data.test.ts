import { describe, expect, it, vi } from 'vitest'
import { leaveFor, paperPath, readBegun, readMethods } from './billing-data.ts'

describe('what the pages of billing believe', () => {
  it('reads answers of the server, and nothing else', () => {
    expect(readBegun({ id: 'a', status: 'pending', url: 'https://pay.test/' })).toEqual({
      id: 'a',
      status: 'pending',
      url: 'https://pay.test/',
    })
    expect([
      readBegun({ id: 'a', status: 'odd' }),
      readBegun(null),
      readMethods({}),
      readMethods('x'),
    ]).toEqual([null, null, null, null])
    expect(
      readMethods({ online: true, items: [{ id: 'pm', label: 'Visa', expires: { month: 1, year: 2030 } }] }),
    ).toEqual({
      online: true,
      demo: false,
      items: [{ id: 'pm', label: 'Visa', expires: { month: 1, year: 2030 } }],
    })
  })

  it('leaves for a page over https, or of its own server at the address it is reached here, and for nothing else', () => {
    const location = { origin: 'http://localhost:4000', assign: vi.fn() }
    const urls = [
      'https://checkout.test/c',
      'http://localhost:4000/demo/checkout/1',
      'http://evil.test/',
      'javascript:1',
      '',
    ]
    expect(urls.map((url) => leaveFor(url, location))).toEqual([true, true, false, false, false])
    leaveFor('http://localhost:9/demo/bank/2', location)
    expect(location.assign.mock.calls.flat()).toEqual([
      'https://checkout.test/c',
      'http://localhost:4000/demo/checkout/1',
      'http://localhost:4000/demo/bank/2',
    ])
  })

  it('asks for papers of the record that is open, in a language that there is', () => {
    expect(paperPath('payments', 'p', { client: 'c', language: 'es-MX' })).toBe(
      '/api/v1/portal/billing/payments/p/receipt?language=es&client=c',
    )
  })
})
