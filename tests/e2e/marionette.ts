/** Firefox, driven by the commands of W3C WebDriver over Marionette, the port of its own that geckodriver speaks to. */
import { connect } from 'node:net'
import type { Driver } from './driven-page.ts'

type Values = { readonly [name: string]: unknown }

/** Messages are `length:[0, number, command, values]`, answers `length:[1, number, error, result]`. */
export async function connectMarionette(port: number): Promise<Driver> {
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
  const send = async (command: string, values: Values = {}) => {
    const result = await ask(`WebDriver:${command}`, values)
    return typeof result === 'object' && result !== null && 'value' in result ? result.value : result
  }
  return {
    navigate: (url) => send('Navigate', { url }),
    run: (script, args) => send('ExecuteScript', { script, args }),
    click: (id) => send('ElementClick', { id }),
    clear: (id) => send('ElementClear', { id }),
    type: (id, text) => send('ElementSendKeys', { id, text }),
    resize: (width, height) => send('SetWindowRect', { width, height }),
    screenshot: () => send('TakeScreenshot', { full: false }),
  }
}
