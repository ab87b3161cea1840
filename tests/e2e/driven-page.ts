/** A page in a browser of any maker, as a person uses it: elements are found by what is seen, and everything waits. */

/** What W3C WebDriver can do with a page; elements are its references. Rejects where the browser refuses or is gone. */
export interface Driver {
  navigate(url: string): Promise<unknown>
  run(script: string, args: readonly unknown[]): Promise<unknown>
  click(element: string): Promise<unknown>
  clear(element: string): Promise<unknown>
  type(element: string, text: string): Promise<unknown>
  resize(width: number, height: number): Promise<unknown>
  /** A PNG in base64. */
  screenshot(): Promise<unknown>
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

export function pageOf(driver: Driver) {
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
  const run = (script: string, ...args: unknown[]) => driver.run(script, args)
  const find = async (kind: Kind, name: RegExp): Promise<string | undefined> => {
    const found = (await run(FIND, kind, name.source)) as { readonly [ELEMENT]: string } | null
    return found?.[ELEMENT]
  }
  return {
    goto: (url: string) => driver.navigate(url),
    run,
    sees: (kind: Kind, name: RegExp) => until(`to see ${kind} ${name}`, () => find(kind, name)),
    click: (kind: Kind, name: RegExp) =>
      until(`to click ${kind} ${name}`, async () => {
        const element = await find(kind, name)
        if (element === undefined) return undefined
        await driver.click(element)
        return true
      }),
    fill: (name: RegExp, text: string) =>
      until(`to fill ${name}`, async () => {
        const element = await find('field', name)
        if (element === undefined) return undefined
        await driver.clear(element)
        await driver.type(element, text)
        return true
      }),
    holds: (name: RegExp, value: string) =>
      until(`${name} to hold ${value}`, async () => {
        const element = await find('field', name)
        const held = element && (await run('return arguments[0].value', { [ELEMENT]: element }))
        return held === value ? true : undefined
      }),
    /** Until the script in the page returns something true. */
    becomes: (what: string, script: string) =>
      until(what, async () => ((await run(script)) === true ? true : undefined)),
    resize: (width: number, height: number) => driver.resize(width, height),
    screenshot: async () => Buffer.from((await driver.screenshot()) as string, 'base64'),
  }
}
export type DrivenPage = ReturnType<typeof pageOf>
