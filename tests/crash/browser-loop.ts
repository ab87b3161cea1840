/**
 * A real Chromium, killed with its whole process group while it writes, and started again on the same profile. In half
 * of the cycles the network goes first, so that the outbox grows. SPEC: client/replica/SPEC.md, R2, R15.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { BrowserDevice } from '../e2e/browser-device.ts'
import { createNetwork } from '../harness/network.ts'
import { bundleServer, spawnServer } from '../harness/server.ts'
import { DEMO_PASSWORD } from '../harness/sign-in.ts'
import type { CrashOptions, CrashReport } from './crash-loop.ts'
import { Ledger, type Look } from './ledger.ts'
import { Observer } from './observer.ts'
import { createRandom } from './random.ts'
import { pause } from './socket-writer.ts'

const CLIENT = 'client@demo.test'
const FIELDS = 60
const PATIENCE_MS = 90_000

export async function browserLoop(options: CrashOptions): Promise<CrashReport> {
  const started = performance.now()
  const random = createRandom(options.seed)
  const ledger = new Ledger()
  const recoveries: number[] = []
  const root = await createRoot()
  const server = await spawnServer({ root })
  const network = await createNetwork(() => server.port)
  const device = await BrowserDevice.launch()
  let written = 0
  let document = ''

  const report = (cycles: number): CrashReport => ({
    cycles,
    writes: written,
    acked: ledger.acked,
    lost: ledger.lost,
    torn: ledger.torn,
    repeated: ledger.repeated,
    seconds: (performance.now() - started) / 1_000,
    recoveries,
    complaints: ledger.complaints,
  })
  const promise = (number: number) => {
    const [key, value] = [`browser-${number % FIELDS}`, String(number)]
    written = Math.max(written, number)
    ledger.promise({
      document,
      fields: new Map([
        [`${key}-first`, value],
        [`${key}-second`, value],
      ]),
    })
  }
  const open = async (page: Page) => {
    page.setDefaultTimeout(PATIENCE_MS)
    await page.exposeFunction('promised', promise)
    await page.goto(network.url)
    await page.waitForFunction(() => 'crash' in window)
    await page.evaluate((who) => window.crash.open(who), { email: CLIENT, password: DEMO_PASSWORD })
  }
  const settled = async (page: Page, when: string) => {
    const since = performance.now()
    for (;;) {
      const { link, unsent, progress } = await page.evaluate(() => window.crash.sync())
      const left = (await page.evaluate(() => window.crash.unsent())) as unknown[]
      if (link === 'online' && unsent === 0 && progress === null && left.length === 0)
        return performance.now() - since
      if (performance.now() - since > PATIENCE_MS) throw new Error(`${when}: ${link}, ${unsent} unsent`)
      await pause(25)
    }
  }

  try {
    await open(device.page)
    await settled(device.page, 'first contact')
    document = (await device.page.evaluate(() => window.crash.documents()))[0]?.id ?? ''
    for (let cycle = 1; cycle <= options.cycles; cycle += 1) {
      const when = `cycle ${cycle}`
      const input = { id: document, from: written + 1, fields: FIELDS, longest: 20 }
      const before = ledger.acked
      // Ends with the browser.
      device.page.evaluate((what) => window.crash.write(what), input).catch(() => undefined)
      if (random.next() < 0.5) await network.cut()
      while (ledger.acked < before + 3) await pause(5)
      await pause(random.between(0, 500))
      await device.kill()
      await network.restore().catch(() => undefined)

      const page = await device.start()
      await open(page)
      const { firstState } = await page.evaluate(() => window.crash.sync())
      if (firstState !== 'locked')
        ledger.complain('lost', `${when}: the device was ${firstState} when it was opened again`)
      const look = await shownBy(page)
      // What was under way may be there too; the next writes go on after it.
      for (
        let number = written + 1;
        look(document, `browser-${number % FIELDS}-first`) === String(number);
        number += 1
      )
        promise(number)
      checkAgreement(ledger, when, await page.evaluate(() => window.crash.unsent()), look)
      ledger.checkPromised(when, look)
      for (let key = 0; key < FIELDS; key += 1)
        if (look(document, `browser-${key}-first`) !== look(document, `browser-${key}-second`))
          ledger.complain('torn', `${when}: browser-${key}`)
      recoveries.push(await settled(page, when))
      options.onCycle?.(cycle, report(cycle))
    }
    const observer = new Observer(server.url, CLIENT)
    await observer.catchUp()
    ledger.checkPromised('on the server', observer.look)
    return report(options.cycles)
  } finally {
    await device.dispose()
    await network[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    rmSync(root, { recursive: true, force: true })
  }
}

async function shownBy(page: Page): Promise<Look> {
  const documents = await page.evaluate(() => window.crash.documents())
  const answers = new Map(documents.map((one) => [one.id, one.answers]))
  return (document, field) => answers.get(document)?.[field]
}

/** What waits to be sent is what is shown: document and outbox entry were written together. */
function checkAgreement(ledger: Ledger, when: string, unsent: unknown, look: Look): void {
  const newest = new Map<string, [document: string, field: string, value: unknown]>()
  for (const change of unsent as { documentId: string; fields: { [field: string]: unknown } }[])
    for (const [field, value] of Object.entries(change.fields))
      if (field.startsWith('answers/'))
        newest.set(`${change.documentId} ${field}`, [change.documentId, field.slice(8), value])
  for (const [document, field, value] of newest.values())
    if (look(document, field) !== value)
      ledger.complain(
        'torn',
        `${when}: ${field} is to be sent as ${value}, shown as ${look(document, field)}`,
      )
}

/** A deployment whose only page is ours. */
async function createRoot(): Promise<string> {
  await bundleServer()
  const root = mkdtempSync(join(tmpdir(), 'portal-crash-'))
  const out = join(root, 'dist/client')
  mkdirSync(out, { recursive: true })
  cpSync('dist/server', join(root, 'dist/server'), { recursive: true })
  for (const name of ['package.json', 'node_modules', 'prisma']) symlinkSync(resolve(name), join(root, name))
  const { build } = await import('vite')
  await build({
    configFile: false,
    root: import.meta.dirname,
    base: '/',
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      outDir: out,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: join(import.meta.dirname, 'browser-page.ts'),
        output: { entryFileNames: 'page.js' },
      },
    },
  })
  writeFileSync(
    join(out, 'index.html'),
    '<!doctype html><title>crash</title><script type="module" src="/page.js"></script>',
  )
  return root
}
