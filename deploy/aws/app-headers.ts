/** The headers of the app's files, as the server sends them where it serves them itself (sync-server/http/security-headers.ts). */

const UNUSED = ['accelerometer', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'magnetometer']
const UNUSED_TOO = ['microphone', 'midi', 'payment', 'usb']

/** `camera`: of the page of tablets, the one that may ask for it. */
export const appHeaders = (domain: string, { camera }: { readonly camera: boolean }) => ({
  hstsSeconds: 63_072_000,
  contentSecurityPolicy: [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    `connect-src 'self' wss://${domain}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
    'upgrade-insecure-requests',
  ].join(';'),
  others: {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': [...UNUSED, ...UNUSED_TOO]
      .map((feature) => `${feature}=${camera && feature === 'camera' ? '(self)' : '()'}`)
      .join(', '),
  },
})
