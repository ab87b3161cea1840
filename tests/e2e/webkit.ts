/** WebKitGTK in a window of our own (webkit-window.py) on a screen that exists in memory alone. */
import { fileURLToPath } from 'node:url'
import { freePort } from '../harness/free-port.ts'
import { findWebKit } from '../tools/find-programs.mjs'
import { pageOf } from './driven-page.ts'
import { createOtherBrowser } from './other-browser.ts'
import { connectWebDriver } from './webdriver.ts'

const WINDOW = fileURLToPath(new URL('./webkit-window.py', import.meta.url))
/** Pictures are drawn by the processor: there is no graphics card to ask for. */
const PLAIN = { GDK_BACKEND: 'x11', LIBGL_ALWAYS_SOFTWARE: '1', NO_AT_BRIDGE: '1' }

export const createWebKit = () =>
  createOtherBrowser('webkit', async (profile, run) => {
    const programs = findWebKit()
    if (programs === undefined) throw new Error('no WebKitGTK found')
    const screen = run(programs.screen, [
      '-displayfd',
      '3',
      '-screen',
      '0',
      '1400x1000x24',
      '-nolisten',
      'tcp',
    ])
    const display = await new Promise<string>((resolve, reject) => {
      screen.stdio[3]?.once('data', (number) => resolve(`:${String(number).trim()}`))
      screen.once('exit', () => reject(new Error('the screen could not be started')))
    })
    const port = await freePort()
    run(programs.driver, [`--port=${port}`], { ...PLAIN, DISPLAY: display })
    const options = { binary: WINDOW, args: [profile] }
    return pageOf(await connectWebDriver(port, { 'webkitgtk:browserOptions': options }))
  })
