/**
 * A person's device: a real Chromium with a profile folder of its own, driven over the DevTools protocol. The process
 * is ours, so that a test can kill it without warning and read every byte that it left on disk.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test'
import { findChromium, findChromiumShell } from '../tools/find-programs.mjs'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--hide-scrollbars',
  '--no-first-run',
  '--no-default-browser-check',
  '--remote-debugging-port=0',
]

export interface DeviceOptions {
  /**
   * The same engine without windows and what belongs to them, where it is there: it starts in a third of the time. It has no
   * settings, no push service and no camera, and never hides a tab.
   */
  readonly shell?: boolean
  readonly viewport?: { width: number; height: number }
  readonly colorScheme?: 'light' | 'dark'
  /** What "font size" in the browser's own settings does, in px; 16 unless told. */
  readonly textSize?: number
  /** Tabs behind another one are hidden and can be frozen, as a person's are; bring a page to front before using it. */
  readonly hidesTabs?: boolean
  /** A film that its camera shows, which every page may use that is left one (camera-picture.ts); without it there is no camera. */
  readonly camera?: string
  /** A screen reader is there: without one the browser may leave out of its tree what is out of sight. */
  readonly screenReader?: boolean
}

const cameraFlags = (film: string | undefined): readonly string[] =>
  film === undefined
    ? []
    : [
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${film}`,
      ]

/** Far off: a machine that does much else starts a browser slowly. */
const PATIENCE_MS = 120_000

async function until<T>(read: () => T | undefined, what: string): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const value = read()
    if (value !== undefined) return value
    if (Date.now() > deadline) throw new Error(`timed out waiting for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** Its other processes die a little later on a busy machine; a new browser on the profile must not meet them. */
async function untilGroupIsGone(group: number): Promise<void> {
  await until(() => (isAnyAlive(group) ? undefined : true), 'the end of a killed browser')
}

/** Zombies, which nobody may ever wait for, are dead. Only where the system tells. */
function isAnyAlive(group: number): boolean {
  const pids = existsSync('/proc/self/stat') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []
  return pids.some((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return Number(pgrp) === group && state !== 'Z' && state !== 'X'
    } catch {
      return false
    }
  })
}

export class BrowserDevice {
  readonly profile: string
  readonly #options: DeviceOptions
  #process: ChildProcess | null = null
  #browser: Browser | null = null
  #page: Page | null = null

  private constructor(profile: string, options: DeviceOptions) {
    this.profile = profile
    this.#options = options
  }

  /** `profile`: another device's, copied while that one does not run; it is this device's from now on. */
  static async launch(
    options: DeviceOptions = {},
    profile = mkdtempSync(join(tmpdir(), 'portal-device-')),
  ): Promise<BrowserDevice> {
    const device = new BrowserDevice(profile, options)
    if (options.textSize) device.#prefer({ webkit: { webprefs: { default_font_size: options.textSize } } })
    await device.start()
    return device
  }

  #prefer(settings: object): void {
    mkdirSync(join(this.profile, 'Default'))
    writeFileSync(join(this.profile, 'Default', 'Preferences'), JSON.stringify(settings))
  }

  get page(): Page {
    if (!this.#page) throw new Error('the browser is not running')
    return this.#page
  }

  get context(): BrowserContext {
    return this.page.context()
  }

  /** Starts the browser on the same profile: what a person does after a crash. */
  async start(): Promise<Page> {
    const { width, height } = this.#options.viewport ?? { width: 1280, height: 800 }
    const portFile = join(this.profile, 'DevToolsActivePort')
    rmSync(portFile, { force: true })
    const path = (this.#options.shell === true ? findChromiumShell() : undefined) ?? findChromium()
    if (!path) throw new Error('no Chromium found')
    const child = spawn(
      path,
      [
        ...FLAGS,
        ...cameraFlags(this.#options.camera),
        ...(this.#options.screenReader ? ['--force-renderer-accessibility'] : []),
        `--user-data-dir=${this.profile}`,
        `--window-size=${width},${height}`,
        'about:blank',
      ],
      { stdio: 'ignore', detached: true },
    )
    this.#process = child
    const port = await until(() => {
      if (!existsSync(portFile)) return undefined
      const [first] = readFileSync(portFile, 'utf8').split('\n')
      return first ? Number(first) : undefined
    }, 'the browser')
    this.#browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, {
      noDefaults: this.#options.hidesTabs === true,
      timeout: PATIENCE_MS,
    })
    const context = this.#browser.contexts()[0]
    if (!context) throw new Error('the browser has no context')
    this.#page = context.pages()[0] ?? (await context.newPage())
    this.#page.setDefaultTimeout(45_000)
    await this.#page.setViewportSize({ width, height })
    if (this.#options.colorScheme) await this.#page.emulateMedia({ colorScheme: this.#options.colorScheme })
    return this.#page
  }

  /** SIGKILL to the whole process group: no unload handler, no flush, nothing. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** An ordinary close. */
  async quit(): Promise<void> {
    const session = await this.#browser?.newBrowserCDPSession().catch(() => undefined)
    await session?.send('Browser.close').catch(() => undefined)
    await this.#end()
  }

  async #end(signal?: NodeJS.Signals): Promise<void> {
    const child = this.#process
    if (!child) return
    const gone = new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve()
      else child.once('exit', () => resolve())
    })
    if (signal && child.pid !== undefined) process.kill(-child.pid, signal)
    await gone
    if (child.pid !== undefined) await untilGroupIsGone(child.pid)
    this.#process = null
    this.#browser = null
    this.#page = null
  }

  /** Does nothing where the browser is not running. */
  async screenshot(path: string): Promise<void> {
    await this.#page?.screenshot({ path, fullPage: true }).catch(() => undefined)
  }

  /** Ends the browser and removes its profile. */
  async dispose(): Promise<void> {
    await this.#end('SIGKILL').catch(() => undefined)
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
