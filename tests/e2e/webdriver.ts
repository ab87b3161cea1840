/** A browser driven by W3C WebDriver over HTTP, as its own driver program serves it. */
import type { Driver } from './driven-page.ts'
import { until } from './other-browser.ts'

type Values = { readonly [name: string]: unknown }

/** Rejects with WebDriver's name of the error and its message. */
async function ask(url: string, method: 'GET' | 'POST', values?: Values): Promise<unknown> {
  const response = await fetch(url, { method, ...(values && { body: JSON.stringify(values) }) })
  const { value } = (await response.json()) as { value: unknown }
  if (response.ok) return value
  const { error, message } = value as { error: string; message: string }
  throw new Error(`${error}: ${message}`)
}

/** Waits for the driver at `port` and starts the one session that it is for. */
export async function connectWebDriver(port: number, capabilities: Values): Promise<Driver> {
  const driver = `http://127.0.0.1:${port}`
  await until(() => ask(`${driver}/status`, 'GET').catch(() => undefined), 'the driver to listen')
  const started = await ask(`${driver}/session`, 'POST', { capabilities: { alwaysMatch: capabilities } })
  const session = `${driver}/session/${(started as { sessionId: string }).sessionId}`
  const send = (command: string, values: Values = {}) => ask(`${session}/${command}`, 'POST', values)
  return {
    navigate: (url) => send('url', { url }),
    run: (script, args) => send('execute/sync', { script, args }),
    click: (element) => send(`element/${element}/click`),
    clear: (element) => send(`element/${element}/clear`),
    type: (element, text) => send(`element/${element}/value`, { text }),
    resize: (width, height) => send('window/rect', { width, height }),
    screenshot: () => ask(`${session}/screenshot`, 'GET'),
  }
}
