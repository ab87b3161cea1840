import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { listen } from './port.ts'

const METRICS = { port: 'PORTAL_METRICS_PORT', host: 'PORTAL_METRICS_HOST' }

it('an address that cannot be listened on is told with the name of its own setting', async () => {
  const first = createServer()
  await listen(first, 0, '127.0.0.1')
  const { port } = first.address() as AddressInfo
  await expect(listen(createServer(), port, '127.0.0.1', METRICS)).rejects.toThrow(
    `choose another: PORTAL_METRICS_PORT=${port + 1}`,
  )
  await expect(listen(createServer(), port, '127.0.0.1')).rejects.toThrow(`PORT=${port + 1} npm start`)
  await expect(listen(createServer(), 0, '192.0.2.1', METRICS)).rejects.toThrow(
    'PORTAL_METRICS_HOST 192.0.2.1 is not an address of this machine.',
  )
  first.close()
})
