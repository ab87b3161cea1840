/**
 * Response headers of every answer. Nothing may be loaded but our own files; nobody may frame the app; nothing of the
 * API is kept in any cache.
 */
import type { IncomingMessage, RequestListener } from 'node:http'
import type { RequestHandler } from 'express'
import helmet from 'helmet'

const UNUSED_FEATURES = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
]

/** A tablet of the waiting room reads codes by its camera; no other page has a use for one. */
const CAMERA_PAGE = /^\/kiosk\/?$/

export function securityHeaders(https: boolean): RequestHandler[] {
  /** Older WebKit does not count sockets of the same host as 'self'. */
  const ownSocket = (request: IncomingMessage) => {
    const host = request.headers.host ?? ''
    return /^[a-z0-9.:[\]-]{1,255}$/i.test(host) ? `${https ? 'wss' : 'ws'}://${host}` : "'self'"
  }
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        // Argon2id on the device is WebAssembly.
        'script-src': ["'self'", "'wasm-unsafe-eval'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'connect-src': ["'self'", ownSocket],
        'worker-src': ["'self'"],
        'manifest-src': ["'self'"],
        'font-src': ["'self'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        // No text becomes a script: only what the policies of client/app/trusted-scripts.ts let through.
        'require-trusted-types-for': ["'script'"],
        'trusted-types': ['default'],
        ...(https ? { 'upgrade-insecure-requests': [] } : {}),
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: https ? { maxAge: HSTS_SECONDS, includeSubDomains: true } : false,
  })
  const permissions = (pathname: string) =>
    UNUSED_FEATURES.map((feature) =>
      feature === 'camera' && CAMERA_PAGE.test(pathname) ? 'camera=(self)' : `${feature}=()`,
    ).join(', ')
  return [
    headers,
    (request, response, next) => {
      response.setHeader('Permissions-Policy', permissions(request.path))
      next()
    },
  ]
}

const HSTS_SECONDS = 63_072_000

/** For answers that do not come from the app: those of the socket's address. The app's own headers take their place. */
export const bareHeaders =
  (https: boolean): RequestListener =>
  (_request, response) => {
    response.setHeader('Content-Security-Policy', "default-src 'none';frame-ancestors 'none'")
    response.setHeader('X-Content-Type-Options', 'nosniff')
    response.setHeader('Referrer-Policy', 'no-referrer')
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
    response.setHeader('Cache-Control', 'no-store')
    if (https) response.setHeader('Strict-Transport-Security', `max-age=${HSTS_SECONDS}; includeSubDomains`)
  }

/** Health data is kept in no cache between the server and the replica. */
export const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store')
  next()
}
