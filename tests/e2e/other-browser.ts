/** A person's device with Firefox: a profile of its own, a process that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFirefox } from '../tools/find-programs.mjs'
import { connectMarionette, type DrivenPage, pageOf } from './webdriver.ts'

export interface OtherBrowser {
  /** Starts it on its profile, which is what was left of the last time. */
  start(): Promise<DrivenPage>
  /** SIGKILL to all of its processes. */
  kill(): Promise<void>
  dispose(): Promise<void>
}

/** Quiet: no first-run pages, nothing fetched from outside, a free port. */
const PREFERENCES = {
  'marionette.port': 0,
  'app.update.disabledForTesting': true,
  'app.normandy.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'browser.sessionstore.resume_from_crash': false,
  'browser.safebrowsing.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.startup.max_resumed_crashes': -1,
}

async function until<T>(read: () => T | undefined, what: string): Promise<T> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const value = read()
    if (value !== undefined) return value
    if (Date.now() > deadline) throw new Error(`timed out waiting for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export function createFirefox(): OtherBrowser {
  const profile = mkdtempSync(join(tmpdir(), 'portal-firefox-'))
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  )
  writeFileSync(join(profile, 'user.js'), lines.join('\n'))
  let child: ChildProcess | null = null

  const kill = async () => {
    const dying = child
    child = null
    if (dying?.pid === undefined) return
    const gone = new Promise((resolve) => dying.once('exit', resolve))
    process.kill(-dying.pid, 'SIGKILL')
    await gone
  }
  return {
    async start() {
      const portFile = join(profile, 'MarionetteActivePort')
      rmSync(portFile, { force: true })
      const path = findFirefox()
      if (path === undefined) throw new Error('no Firefox found')
      const args = ['--headless', '--marionette', '--no-remote', '--profile', profile, 'about:blank']
      child = spawn(path, args, { stdio: 'ignore', detached: true })
      const port = await until(() => {
        const text = existsSync(portFile) ? readFileSync(portFile, 'utf8') : ''
        return text === '' ? undefined : Number(text)
      }, 'Firefox')
      return pageOf(await connectMarionette(port))
    },
    kill,
    async dispose() {
      await kill()
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
