import { expect, it } from 'vitest'
import { createHttp, type HttpAnswer } from './http.ts'

const never = () => () => {}
const asked = (response: Response): Promise<HttpAnswer> =>
  createHttp(async () => response, '', never)({ method: 'POST', path: '/api/v1/x' })
const html = { 'content-type': 'text/html; charset=utf-8' }
const json = { 'content-type': 'application/json' }
const page = '<!doctype html><title>Sign in to Hotel Wi-Fi</title>'

it('[R23] takes JSON objects, refusals with a code and marked empty answers for the portal’s', async () => {
  expect(await asked(new Response('{"a":1}', { headers: json }))).toEqual({ status: 200, body: { a: 1 } })
  expect(await asked(new Response('{"code":"session_expired"}', { status: 401 }))).toMatchObject({
    status: 401,
  })
  expect(await asked(new Response('{"code":"unavailable"}', { status: 503 }))).toMatchObject({ status: 503 })
  const empty = new Response(null, { status: 204, headers: { 'x-portal': '1' } })
  expect(await asked(empty)).toEqual({ status: 204, body: null })
})

it('[R23] takes a file for the portal’s where it is marked, and a page in its place for a network’s', async () => {
  const file = (response: Response) =>
    createHttp(async () => response, '', never)({ method: 'GET', path: '/api/v1/x', file: true })
  const marked = { 'content-type': 'text/csv', 'x-portal': '1' }
  expect(await file(new Response('a,b\r\n', { headers: marked }))).toEqual({ status: 200, body: 'a,b\r\n' })
  expect(await file(new Response('', { headers: marked }))).toEqual({ status: 200, body: '' })
  expect(await file(new Response(page, { headers: html }))).toEqual({ status: 0, body: null, why: 'captive' })
  expect(await file(new Response('{"code":"not_permitted"}', { status: 403 }))).toMatchObject({ status: 403 })
})

it.each([
  ['a page', new Response(page, { headers: html })],
  ['a page that says it is not permitted', new Response(page, { status: 403, headers: html })],
  ['a page instead of a sign-in', new Response(page, { status: 401, headers: html })],
  ['a page with the status for it', new Response(page, { status: 511, headers: html })],
  ['a redirect', new Response(null, { status: 302, headers: { location: 'http://login.example/' } })],
  ['an empty success', new Response(null, { status: 204 })],
  ['a text', new Response('"success"')],
  ['a refusal without a code', new Response('{"error":"login"}', { status: 403 })],
])('[R23] takes %s for a network that asks for a sign-in', async (_, response) => {
  expect(await asked(response)).toEqual({ status: 0, body: null, why: 'captive' })
})

it.each([502, 503, 504, 500])(
  '[R23] takes the %i page of a gateway for a server that does not answer',
  async (status) => {
    expect(await asked(new Response(page, { status, headers: html }))).toMatchObject({
      status: 0,
      why: 'gateway',
    })
  },
)

it('[R23] takes an answer that broke off for none', async () => {
  const cutOff = new Response('{"rows":[[6,"a', { headers: json })
  expect(await asked(cutOff)).toEqual({ status: 0, body: null, why: 'silent' })
  const http = createHttp(() => Promise.reject(new TypeError('refused')), '', never)
  expect(await http({ method: 'GET', path: '/api/v1/x' })).toEqual({ status: 0, body: null, why: 'silent' })
})

it('[R25] waits as long as bytes come, and gives up when the line is quiet', async () => {
  const timers = new Set<{ run: () => void; ms: number }>()
  const setTimer = (run: () => void, ms: number) => {
    const timer = { run, ms }
    timers.add(timer)
    return () => void timers.delete(timer)
  }
  const shortest = () => [...timers].sort((a, b) => a.ms - b.ms)[0]
  let send: (text: string) => void = () => {}
  let asking = (): void => {}
  const reading = new Promise<void>((resolve) => {
    asking = resolve
  })
  const fetchIt: typeof fetch = async (_, init) =>
    new Response(
      new ReadableStream<Uint8Array>({
        start(controller) {
          send = (text) => controller.enqueue(new TextEncoder().encode(text))
          init?.signal?.addEventListener('abort', () => controller.error(new Error('aborted')))
        },
        pull: () => asking(),
      }),
      { headers: json },
    )
  const answer = createHttp(fetchIt, '', setTimer)({ method: 'GET', path: '/api/v1/x' })
  await reading
  let before = shortest()
  for (const piece of ['{"slow', '":', '1']) {
    send(piece)
    await expect.poll(() => shortest() !== before).toBe(true)
    before = shortest()
    expect(before?.ms).toBe(20_000)
  }
  before?.run()
  expect(await answer).toEqual({ status: 0, body: null, why: 'silent' })
  expect(timers.size).toBe(0)
})
