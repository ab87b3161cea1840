/**
 * Finds the real programs that the suites need (a Chromium, a Firefox, WebKitGTK, PostgreSQL's server binaries, Redis, nginx) and
 * installs them where none is found, saying so. Plain JavaScript without dependencies: it runs before anything is installed.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const say = (text) => console.log(`  ${text}`)
const onPath = (name) => {
  const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' })
  return found.status === 0 ? found.stdout.trim() : undefined
}

/** Path of a Chromium or Chrome: `CHROMIUM`, the system's, or one that Playwright downloaded earlier. */
export function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM
  for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
    const path = onPath(name)
    if (path) return path
  }
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  if (existsSync(mac)) return mac
  const cache = join(homedir(), '.cache', 'ms-playwright')
  if (!existsSync(cache)) return undefined
  for (const folder of readdirSync(cache).filter((name) => name.startsWith('chromium-'))) {
    for (const inner of ['chrome-linux/chrome', 'chrome-linux64/chrome']) {
      const path = join(cache, folder, inner)
      if (existsSync(path)) return path
    }
  }
  return undefined
}

/** Path of the same engine without windows: `CHROMIUM_SHELL`, the system's, or one that Playwright downloaded; it starts in a third of the time. */
export function findChromiumShell() {
  if (process.env.CHROMIUM_SHELL) return process.env.CHROMIUM_SHELL
  const cache = join(homedir(), '.cache', 'ms-playwright')
  const folders = existsSync(cache) ? readdirSync(cache) : []
  return (
    onPath('chromium-headless-shell') ??
    folders
      .filter((name) => name.startsWith('chromium_headless_shell-'))
      .map((folder) => join(cache, folder, 'chrome-linux', 'headless_shell'))
      .find(existsSync)
  )
}

/** Path of a Firefox: `FIREFOX`, or the system's. */
export function findFirefox() {
  if (process.env.FIREFOX) return process.env.FIREFOX
  const mac = '/Applications/Firefox.app/Contents/MacOS/firefox'
  return onPath('firefox-esr') ?? onPath('firefox') ?? (existsSync(mac) ? mac : undefined)
}

/** Debian's Python, which alone has Debian's modules. */
const PYTHON = '/usr/bin/python3'
const BINDINGS = "import gi; gi.require_version('Gtk', '3.0'); gi.require_version('WebKit2', '4.1')"

/** WebKitGTK's driver, and the screen in memory that it is shown on; `undefined` where anything of it is missing. */
export function findWebKit() {
  const driver = onPath('WebKitWebDriver')
  const screen = onPath('Xvfb')
  if (!driver || !screen || spawnSync(PYTHON, ['-c', BINDINGS]).status !== 0) return undefined
  return { driver, screen }
}

/** Folder with `initdb` and `postgres`: `PGBIN`, Debian's newest, or the one on the PATH. */
export function findPostgres() {
  if (process.env.PGBIN) return process.env.PGBIN
  const debian = '/usr/lib/postgresql'
  if (existsSync(debian)) {
    const versions = readdirSync(debian)
      .filter((version) => existsSync(join(debian, version, 'bin', 'initdb')))
      .sort((a, b) => Number(b) - Number(a))
    if (versions.length > 0) return join(debian, versions[0], 'bin')
  }
  const initdb = onPath('initdb')
  return initdb ? join(initdb, '..') : undefined
}

function installFromDebian(packages) {
  if (!onPath('apt-get')) return false
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  if (asRoot.length > 0 && spawnSync('sudo', ['-n', 'true']).status !== 0) return false
  say(`installing ${packages.join(', ')} with apt-get …`)
  const run = (...args) =>
    execFileSync([...asRoot, 'apt-get'][0], [...asRoot, 'apt-get', ...args].slice(1), {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  try {
    run('update', '-qq')
    run('install', '-y', '-qq', '--no-install-recommends', ...packages)
    return true
  } catch {
    return false
  }
}

/** @returns {string} path of the browser; throws with one clear line when there is none and none can be installed */
export function ensureChromium() {
  const found = findChromium()
  if (found) return found
  say('no Chromium found')
  installFromDebian(['chromium'])
  if (!findChromium()) spawnSync('npx', ['playwright', 'install', 'chromium'], { stdio: 'inherit' })
  const installed = findChromium()
  if (!installed) throw new Error('No Chromium could be installed. Install one, or set CHROMIUM to its path.')
  return installed
}

/** Undefined where it can be neither found nor installed: the whole browser does as well, only slower. */
export function ensureChromiumShell() {
  const found = findChromiumShell()
  if (found) return found
  say('no Chromium without windows found')
  installFromDebian(['chromium-headless-shell'])
  return findChromiumShell()
}

/** @returns {string} path of the browser; throws with one clear line when there is none and none can be installed */
export function ensureFirefox() {
  const found = findFirefox()
  if (found) return found
  say('no Firefox found')
  installFromDebian(['firefox-esr'])
  const installed = findFirefox()
  if (!installed) throw new Error('Firefox could not be installed. Install it, or set FIREFOX to its path.')
  return installed
}

/** Undefined where it can be neither found nor installed: it is made for Linux alone. */
export function ensureWebKit() {
  const found = findWebKit()
  if (found) return found
  say('no WebKitGTK found that can be driven')
  installFromDebian(['webkit2gtk-driver', 'gir1.2-gtk-3.0', 'gir1.2-webkit2-4.1', 'python3-gi', 'xvfb'])
  return findWebKit()
}

/** @returns {string} folder of PostgreSQL's server binaries; throws with one clear line when there is none */
export function ensurePostgres() {
  const found = findPostgres()
  if (found) return found
  say('no PostgreSQL server found')
  installFromDebian(['postgresql'])
  const installed = findPostgres()
  if (!installed)
    throw new Error(
      'PostgreSQL could not be installed. Install version 15 or newer, or set PGBIN to the folder of initdb.',
    )
  return installed
}

/** @returns {string | undefined} path of the program; servers often lie where only root's PATH looks */
const findServer = (name) =>
  onPath(name) ?? ['/usr/sbin', '/usr/local/sbin'].map((folder) => join(folder, name)).find(existsSync)

function ensureServer(name, title, chosen, variable) {
  const found = chosen || findServer(name)
  if (found) return found
  say(`no ${title} found`)
  installFromDebian([name])
  const installed = findServer(name)
  if (!installed)
    throw new Error(`${title} could not be installed. Install it, or set ${variable} to its path.`)
  return installed
}

/** @returns {string} path of redis-server */
export const ensureRedis = () =>
  ensureServer('redis-server', 'Redis', process.env.REDIS_SERVER, 'REDIS_SERVER')

/** @returns {string} path of nginx */
export const ensureNginx = () => ensureServer('nginx', 'nginx', process.env.NGINX, 'NGINX')
