/** Firefox on a profile of its own, without a window. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findFirefox } from '../tools/find-programs.mjs'
import { pageOf } from './driven-page.ts'
import { connectMarionette } from './marionette.ts'
import { createOtherBrowser, until } from './other-browser.ts'

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

export const createFirefox = () =>
  createOtherBrowser('firefox', async (profile, run) => {
    const path = findFirefox()
    if (path === undefined) throw new Error('no Firefox found')
    const lines = Object.entries(PREFERENCES).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
    )
    writeFileSync(join(profile, 'user.js'), lines.join('\n'))
    const portFile = join(profile, 'MarionetteActivePort')
    rmSync(portFile, { force: true })
    run(path, ['--headless', '--marionette', '--no-remote', '--profile', profile, 'about:blank'])
    const port = await until(() => {
      const text = existsSync(portFile) ? readFileSync(portFile, 'utf8') : ''
      return text === '' ? undefined : Number(text)
    }, 'Firefox')
    return pageOf(await connectMarionette(port))
  })
