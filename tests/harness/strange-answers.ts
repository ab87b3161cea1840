/** What networks, proxies and gateways say in place of the server they stand before: whole HTTP/1.1 answers. */

const answerOf = (status: string, headers: readonly string[], body: string): string =>
  [
    `HTTP/1.1 ${status}`,
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')

const HTML = 'Content-Type: text/html; charset=utf-8'
const LOGIN =
  '<!doctype html><html><title>Free Wi-Fi</title><h1>Welcome to our free Wi-Fi. Please sign in.</h1></html>'

/** A sign-in page of the network's own, whatever was asked for. */
export const captivePage = (): string => answerOf('200 OK', [HTML], LOGIN)

export const captiveRedirect = (): string =>
  answerOf(
    '302 Found',
    ['Location: http://127.0.0.1:9/login', HTML],
    '<a href="http://127.0.0.1:9/login">Sign in</a>',
  )

export const gatewayPage = (status: 502 | 503 | 504) => (): string =>
  answerOf(`${status} Bad Gateway`, [HTML], `<html><h1>${status}</h1><hr>proxy</html>`)

/** Lets everything through but sockets. */
export const noSockets = (head: string): string | null =>
  /^upgrade: *websocket/im.test(head) ? gatewayPage(502)() : null

/** Says that it is whole, and is not: half an answer, in a frame that fits. */
export const halfAnAnswer =
  (path: string) =>
  (head: string): string | null =>
    head.startsWith(`POST ${path} `)
      ? answerOf('200 OK', ['Content-Type: application/json; charset=utf-8'], '{"rows":[[3,"0198b6c2-97')
      : null
