/**
 * The page as it lies on the device carries the headers that it was kept with, and those leave no page a camera. The
 * tablet's page gets the one that the server sends for it (sync-server/http/security-headers.ts); all others stay.
 */
export function allowCamera(page: Response): Response {
  const headers = new Headers(page.headers)
  const policy = headers.get('Permissions-Policy') ?? ''
  headers.set('Permissions-Policy', policy.replace('camera=()', 'camera=(self)'))
  return new Response(page.body, { status: page.status, statusText: page.statusText, headers })
}
