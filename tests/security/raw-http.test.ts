/**
 * What no HTTP library would send: two lengths, folded headers, bare line feeds, requests inside requests, headers that
 * never end, bodies that never come, answers that nobody reads. One request gets one answer or a closed connection, and
 * the server serves others meanwhile.
 */
import { connect as connectTcp, type Socket } from 'node:net'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS, SOCKET_PATH, SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask, type SignedInDevice, signIn } from '../harness/sign-in.ts'

const LOGIN = '/api/v1/portal/auth/login'

describe('raw HTTP', () => {
  let server: RunningPortal
  let client: SignedInDevice
  beforeAll(async () => {
    server = await startPortal()
    client = await signIn(server.url, 'client@demo.test')
  })
  afterAll(() => server?.close())

  const open = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connectTcp(server.port, '127.0.0.1', () => resolve(socket))
      socket.once('error', reject)
    })
  /** Everything that comes back until the server ends the connection. */
  const exchange = async (bytes: string | Uint8Array): Promise<string> => {
    const socket = await open()
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    socket.on('error', () => undefined)
    const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(text)))
    socket.write(bytes)
    return closed
  }
  /** A body is read only of whoever proved who they are. */
  const signedHeaders = async (method: string, path: string) => [
    `Host: ${new URL(server.url).host}`,
    `Authorization: DPoP ${client.accessToken}`,
    `DPoP: ${await client.key.proof({ method, url: server.url + path, token: client.accessToken })}`,
  ]
  const answers = (text: string) => text.match(/HTTP\/1\.1 \d{3}/g)?.map((line) => line.slice(9)) ?? []
  const expectAlive = async () => expect((await ask(`${server.url}/healthz`)).status).toBe(200)
  const message = (head: readonly string[], body = '') => `${[...head, '', ''].join('\r\n')}${body}`

  it.each<[name: string, request: string]>([
    [
      'a length and chunks',
      message(
        [`POST ${LOGIN} HTTP/1.1`, 'Host: localhost', 'Content-Length: 4', 'Transfer-Encoding: chunked'],
        '0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n',
      ),
    ],
    [
      'two lengths',
      message([`POST ${LOGIN} HTTP/1.1`, 'Host: localhost', 'Content-Length: 2', 'Content-Length: 40'], '{}'),
    ],
    [
      'two lengths in one header',
      message([`POST ${LOGIN} HTTP/1.1`, 'Host: localhost', 'Content-Length: 2, 2'], '{}'),
    ],
    [
      'a length with a sign',
      message([`POST ${LOGIN} HTTP/1.1`, 'Host: localhost', 'Content-Length: +2'], '{}'),
    ],
    ['a negative length', message([`POST ${LOGIN} HTTP/1.1`, 'Host: localhost', 'Content-Length: -1'], '{}')],
    [
      'a length in hexadecimal',
      message([`POST ${LOGIN} HTTP/1.1`, 'Host: localhost', 'Content-Length: 0x2'], '{}'),
    ],
    [
      'chunks under a hidden name',
      message(
        [`POST ${LOGIN} HTTP/1.1`, 'Host: localhost', 'Transfer-Encoding : chunked'],
        '0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n',
      ),
    ],
    [
      'an encoding nobody knows in front of chunks',
      message(
        [`POST ${LOGIN} HTTP/1.1`, 'Host: localhost', 'Transfer-Encoding: chunked, identity'],
        '0\r\n\r\n',
      ),
    ],
    [
      'a chunk whose size is none',
      message(
        [`POST ${LOGIN} HTTP/1.1`, 'Host: localhost', 'Transfer-Encoding: chunked'],
        'zz\r\n{}\r\n0\r\n\r\n',
      ),
    ],
    [
      'a header that goes on in the next line',
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: 1\r\n Transfer-Encoding: chunked\r\n\r\n'.replace(
        'X-A: 1\r\n ',
        'X-A:\r\n\u0000',
      ),
    ],
    [
      'a carriage return inside a header',
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: 1\rX-B: 2\r\n\r\n',
    ],
    ['a NUL inside a header', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: 1\u00002\r\n\r\n'],
    ['a header without a name', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n: 1\r\n\r\n'],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['another protocol', 'GET /healthz HTTP/3.7\r\nHost: localhost\r\n\r\n'],
    ['no request line', '\r\n\r\n\r\n\u0016\u0003\u0001'],
    ['headers without an end', `GET / HTTP/1.1\r\nHost: localhost\r\n${'X-A: 1\r\n'.repeat(5_000)}`],
    ['one endless header', `GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(40_000)}`],
    ['an endless address', `GET /${'a'.repeat(40_000)}`],
  ])('[V4.2.1] %s: refused once, nothing behind it is taken for a request', async (_name, request) => {
    const text = await exchange(request)
    expect(answers(text).length, text).toBeLessThanOrEqual(1)
    for (const status of answers(text)) expect(['400', '431'], text).toContain(status)
    expect(text).not.toContain('"status":"ok"')
    await expectAlive()
  })

  it('[V4.2.1] bare line feeds end no header of ours', async () => {
    const text = await exchange('GET /healthz HTTP/1.1\nHost: localhost\nConnection: close\n\n')
    // Either refused, or read as the one request it is.
    expect(answers(text)).toHaveLength(1)
    const hidden = await exchange(
      `POST ${LOGIN} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 44\r\nConnection: close\r\n\r\n` +
        'GET /healthz HTTP/1.1\nHost: localhost\n\n'.padEnd(44),
    )
    expect(answers(hidden)).toEqual([expect.stringMatching(/^4\d\d$/)])
  })

  it('[V4.2.1] pipelined requests get one answer each, in their order, with their own headers', async () => {
    const path = '/api/v1/portal/auth/devices'
    const text = await exchange(
      message([`GET ${path} HTTP/1.1`, ...(await signedHeaders('GET', path))]) +
        message(['GET /api/v1/portal/auth/devices HTTP/1.1', 'Host: localhost']) +
        message(['GET /healthz HTTP/1.1', 'Host: localhost', 'Connection: close']),
    )
    expect(answers(text)).toEqual(['200', '401', '200'])
  })

  it('[V4.1.4] [V13.4.4] methods that nothing here uses do nothing, and none is overridden', async () => {
    for (const method of ['TRACE', 'OPTIONS', 'PATCH', 'PROPFIND', 'LOCK', 'MKCOL'])
      for (const path of ['/', LOGIN, `${SYNC_HTTP}/push`]) {
        const text = await exchange(
          message([`${method} ${path} HTTP/1.1`, 'Host: localhost', 'X-Secret: 1', 'Connection: close']),
        )
        expect(answers(text), `${method} ${path}`).toEqual([expect.stringMatching(/^(400|404|405)$/)])
        expect(text).not.toMatch(/x-secret|access-control|\r\nallow:/i)
      }
    expect(
      answers(await exchange(message(['CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example']))),
    ).not.toContain('200')
    const { prisma } = server.portal.database
    for (const header of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      const answer = await client.fetch(`/api/v1/portal/auth/devices/${client.deviceId}?_method=DELETE`, {
        method: 'POST',
        headers: { [header]: 'DELETE' },
      })
      expect(answer.status, header).toBe(404)
    }
    const device = await prisma.device.findUniqueOrThrow({ where: { id: client.deviceId } })
    expect(device.revokedAt).toBeNull()
  })

  it('[V15.2.2] compressed bodies are unpacked no further than any other may be long', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * LIMITS.messageBytes, 0x20))
    const head = async (encoding: string, length: number) =>
      message([
        `POST ${SYNC_HTTP}/push HTTP/1.1`,
        ...(await signedHeaders('POST', `${SYNC_HTTP}/push`)),
        'Content-Type: application/json',
        `Content-Encoding: ${encoding}`,
        `Content-Length: ${length}`,
        'Connection: close',
      ])
    const before = process.memoryUsage().rss
    for (const encoding of ['gzip', 'deflate', 'br', 'x-unknown']) {
      const text = await exchange(Buffer.concat([Buffer.from(await head(encoding, bomb.length)), bomb]))
      for (const status of answers(text)) expect(status, encoding).toMatch(/^4(00|13|15)$/)
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * LIMITS.messageBytes)
    await expectAlive()
  })

  it('[V15.2.2] a compressed socket frame that unpacks beyond the limit ends the socket', async () => {
    const socket = await open()
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
    socket.on('error', () => undefined)
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    socket.write(
      message([
        `GET ${SOCKET_PATH}/?EIO=4&transport=websocket HTTP/1.1`,
        'Host: localhost',
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
        'Sec-WebSocket-Extensions: permessage-deflate',
      ]),
    )
    await expect.poll(() => text).toMatch(/^HTTP\/1\.1 101/)
    const bomb = deflateRawSync(Buffer.alloc(100 * LIMITS.messageBytes, 0x61))
    const header = Buffer.alloc(14)
    // Final, compressed, text; masked with zeros, eight bytes of length.
    header[0] = 0xc1
    header[1] = 0xff
    header.writeBigUInt64BE(BigInt(bomb.length), 2)
    socket.write(Buffer.concat([header, bomb]))
    await closed
    await expectAlive()
  })

  it('many half-open connections leave the server free for others', async () => {
    const sockets = await Promise.all(Array.from({ length: 400 }, open))
    try {
      for (const [index, socket] of sockets.entries()) {
        socket.on('error', () => undefined)
        if (index % 3 === 0) socket.write('POST ')
        if (index % 3 === 1) socket.write(`POST ${LOGIN} HTTP/1.1\r\nHost: localhost\r\nX-A: `)
        if (index % 3 === 2)
          socket.write(message([`POST ${LOGIN} HTTP/1.1`, 'Host: localhost', 'Content-Length: 900000']))
      }
      expect((await client.fetch('/api/v1/portal/auth/devices')).status).toBe(200)
      await expectAlive()
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  })

  it('an answer that nobody reads costs no more than what is on the way', async () => {
    const socket = await open()
    socket.on('error', () => undefined)
    socket.pause()
    const request = message(['GET /api/v1/openapi.json HTTP/1.1', 'Host: localhost'])
    for (let sent = 0; sent < 500; sent++) socket.write(request)
    await expectAlive()
    expect((await client.fetch('/api/v1/portal/auth/devices')).status).toBe(200)
    socket.destroy()
  })
})
