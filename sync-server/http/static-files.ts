/**
 * The built app. Hashed assets are immutable, the page and the service worker are revalidated every time, a missing
 * asset is a 404 (never the page: a stale tab must notice), and only navigations fall back to the page.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import express, { type RequestHandler, type Response, Router } from 'express'
import { notFound, sendProblem } from './problem.ts'

const YEAR = 'public, max-age=31536000, immutable'
const REVALIDATE = 'no-cache'

export function staticFiles(folder: string): RequestHandler {
  const router = Router()
  const page = join(folder, 'index.html')
  const setHeaders = (response: Response, path: string) => {
    response.setHeader('Cache-Control', path.startsWith(join(folder, 'assets')) ? YEAR : REVALIDATE)
    response.setHeader('Vary', 'Accept-Encoding')
  }
  router.use(precompressed(folder, setHeaders))
  router.use(
    express.static(folder, {
      index: 'index.html',
      redirect: false,
      cacheControl: false,
      dotfiles: 'ignore',
      setHeaders,
    }),
  )
  router.use((request, response, next) => {
    const navigation =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !request.path.startsWith('/api/') &&
      !request.path.startsWith('/assets/') &&
      !/\.[a-z0-9]{1,12}$/i.test(request.path) &&
      (request.headers.accept ?? '').includes('text/html')
    if (!navigation) return next()
    if (!existsSync(page)) return sendProblem(response, notFound)
    response.setHeader('Cache-Control', REVALIDATE)
    response.sendFile('index.html', { root: folder, cacheControl: false })
  })
  return router
}

/** Brotli files made at build time, where the browser takes them. */
function precompressed(
  folder: string,
  setHeaders: (response: Response, path: string) => void,
): RequestHandler {
  const types: Record<string, string> = {
    js: 'text/javascript; charset=utf-8',
    css: 'text/css; charset=utf-8',
    json: 'application/json; charset=utf-8',
    svg: 'image/svg+xml',
    wasm: 'application/wasm',
  }
  const known = new Map<string, boolean>()
  return (request, response, next) => {
    const match = /^\/assets\/[\w.-]+\.(js|css|json|svg|wasm)$/.exec(request.path)
    if (match === null || (request.method !== 'GET' && request.method !== 'HEAD')) return next()
    if (!/\bbr\b/.test(String(request.headers['accept-encoding'] ?? ''))) return next()
    const file = join(folder, `${request.path}.br`)
    const exists = known.get(file) ?? existsSync(file)
    if (exists) known.set(file, exists)
    if (!exists) return next()
    setHeaders(response, file)
    response.setHeader('Content-Encoding', 'br')
    response.setHeader('Content-Type', types[match[1] ?? ''] ?? 'application/octet-stream')
    response.sendFile(`${request.path}.br`, { root: folder, cacheControl: false })
  }
}
