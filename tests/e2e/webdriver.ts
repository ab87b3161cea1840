/**
 * Firefox, driven by the commands of W3C WebDriver over Marionette, the port of its own that geckodriver speaks to.
 * Elements are found by what a person sees.
 */
import { connect } from 'node:net'

type Values = { readonly [name: string]: unknown }
/** One command; resolves with its value. Rejects where the browser refuses it or is gone. */
export type Send = (command: `WebDriver:${string}`, values?: Values) => Promise<unknown>

/** Messages are `length:[0, number, command, values]`, answers `length:[1, number, error, result]`. */
export async function connectMarionette(port: number): Promise<Send> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true)
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let pending = Buffer.alloc(0)
  let last = 0
  const greeted = new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    waiting.set(-1, { resolve: () => resolve(), reject })
  })
  const take = (message: unknown) => {
    const [, number, error, result] = Array.isArray(message) ? message : [1, -1, null, message]
    const caller = waiting.get(number)
    waiting.delete(number)
    if (error) caller?.reject(new Error(`${error.error}: ${error.message}`))
    else caller?.resolve(result)
  }
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk])
    for (;;) {
      const colon = pending.indexOf(':')
      const end = colon + 1 + Number(pending.subarray(0, colon).toString())
      if (colon < 0 || pending.length < end) return
      const text = pending.subarray(colon + 1, end).toString()
      pending = pending.subarray(end)
      take(JSON.parse(text))
    }
  })
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser is gone'))
  })
  const ask = (command: string, values: Values): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1
      waiting.set(last, { resolve, reject })
      const text = JSON.stringify([0, last, command, values])
      socket.write(`${Buffer.byteLength(text)}:${text}`)
    })
  await greeted
  await ask('WebDriver:NewSession', {})
  return async (command, values = {}) => {
    const result = await ask(command, values)
    return typeof result === 'object' && result !== null && 'value' in result ? result.value : result
  }
}

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
const PATIENCE_MS = 60_000

export type Kind = 'field' | 'button' | 'link' | 'heading' | 'text'

/** Runs in the page. */
const FIND = `
  const [kind, pattern] = arguments
  const wanted = new RegExp(pattern)
  const text = (element) => (element.getAttribute('aria-label') ?? element.textContent).trim()
  const seen = (element) => element.getClientRects().length > 0
  const selectors = { field: 'input, textarea', button: 'button', link: 'a', heading: 'h1', text: 'body *' }
  const names = (element) =>
    kind === 'field' ? [...(element.labels ?? [])].map(text)
    : kind === 'text' ? [[...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).join('').trim()]
    : [text(element)]
  return [...document.querySelectorAll(selectors[kind])].find(
    (element) => seen(element) && names(element).some((name) => wanted.test(name)),
  ) ?? null
`

/** One page, as a person uses it. Everything waits until it can be done. */
export function pageOf(send: Send) {
  const until = async <T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> => {
    const deadline = Date.now() + PATIENCE_MS
    for (let last: unknown; ; ) {
      try {
        const value = await attempt()
        if (value !== undefined) return value
      } catch (error) {
        last = error
      }
      if (Date.now() > deadline) {
        const shown = await run('return document.body.innerText').catch(() => '')
        throw new Error(`timed out: ${what}. ${last ?? ''}\nThe page shows:\n${shown}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const run = (script: string, ...args: unknown[]) => send('WebDriver:ExecuteScript', { script, args })
  const find = async (kind: Kind, name: RegExp): Promise<string | undefined> => {
    const found = (await run(FIND, kind, name.source)) as { readonly [ELEMENT]: string } | null
    return found?.[ELEMENT]
  }
  return {
    goto: (url: string) => send('WebDriver:Navigate', { url }),
    run,
    sees: (kind: Kind, name: RegExp) => until(`to see ${kind} ${name}`, () => find(kind, name)),
    click: (kind: Kind, name: RegExp) =>
      until(`to click ${kind} ${name}`, async () => {
        const id = await find(kind, name)
        if (id === undefined) return undefined
        await send('WebDriver:ElementClick', { id })
        return true
      }),
    fill: (name: RegExp, text: string) =>
      until(`to fill ${name}`, async () => {
        const id = await find('field', name)
        if (id === undefined) return undefined
        await send('WebDriver:ElementClear', { id })
        await send('WebDriver:ElementSendKeys', { id, text })
        return true
      }),
    holds: (name: RegExp, value: string) =>
      until(`${name} to hold ${value}`, async () => {
        const id = await find('field', name)
        const held = id && (await run('return arguments[0].value', { [ELEMENT]: id }))
        return held === value ? true : undefined
      }),
    /** Until the script in the page returns something true. */
    becomes: (what: string, script: string) =>
      until(what, async () => ((await run(script)) === true ? true : undefined)),
    resize: (width: number, height: number) => send('WebDriver:SetWindowRect', { width, height }),
    screenshot: async () => Buffer.from((await send('WebDriver:TakeScreenshot')) as string, 'base64'),
  }
}
export type DrivenPage = ReturnType<typeof pageOf>
