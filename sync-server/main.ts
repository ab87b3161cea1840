/** Runs the portal until it is told to stop. Mistakes that people can mend are one line on stderr and exit code 1. */
import { afterRestore } from './after-restore.ts'
import { type Config, readConfig } from './config.ts'
import { Portal } from './context.ts'
import { StartError } from './platform/start-error.ts'
import { rotateTokens } from './rotate-tokens.ts'

const DEMO_PASSWORD = 'demo-portal-2026'
const DEMO_ACCOUNTS = [
  ['client@demo.test', 'client with forms to fill in'],
  ['client2@demo.test', 'another client'],
  ['clinician@demo.test', 'clinician, at /staff'],
  ['desk@demo.test', 'front desk, at /staff'],
  ['admin@demo.test', 'practice admin, at /staff'],
] as const

const started = performance.now()

try {
  const config = readConfig()
  if (process.argv.includes('--after-restore')) {
    console.log(`${await afterRestore(config, Date.now())} records have a new epoch. Start the server again.`)
    process.exit(0)
  }
  if (process.argv.includes('--rotate-signing-key')) {
    console.log(rotateTokens(config))
    process.exit(0)
  }
  const starting = Portal.start(config, { onProgress: (line) => console.log(line) })
  // From the first moment: an embedded database that is being made must not be left half made.
  const isStopping = stopOnSignal(starting)
  const portal = await starting
  if (!isStopping()) greet(portal)
} catch (error) {
  // Anything but a StartError is a bug and keeps its stack.
  console.error(error instanceof StartError ? error.message : error)
  process.exit(1)
}

function greet({ url, config }: Portal): void {
  const lines = [`MentalSpace Portal: ${url}`, `  Data: ${whereDataIs(config)}`, `  API:  ${url}/api/v1/docs`]
  if (!config.production) {
    const width = Math.max(...DEMO_ACCOUNTS.map(([email]) => email.length))
    lines.push(`  Demo sign-ins, password ${DEMO_PASSWORD}:`)
    for (const [email, who] of DEMO_ACCOUNTS) lines.push(`    ${email.padEnd(width)}  ${who}`)
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log([...lines, `Ready in ${seconds} s. Ctrl-C stops it.`].join('\n'))
}

function whereDataIs({ databaseUrl, dataDir }: Config): string {
  if (databaseUrl === undefined) return `${dataDir} (embedded database)`
  const { hostname, port, pathname } = new URL(databaseUrl)
  return `Postgres at ${hostname}${port === '' ? '' : `:${port}`}${pathname}`
}

function stopOnSignal(starting: Promise<Portal>): () => boolean {
  let asked = 0
  const stop = () => {
    // A terminal and npm both pass Ctrl-C on: a second signal at once is the same wish, a later one is impatience.
    if (asked !== 0) {
      if (performance.now() - asked > 1_000) process.exit(1)
      return
    }
    asked = performance.now()
    console.log('Stopping …')
    starting
      .then((portal) => portal.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error)
          process.exit(1)
        },
      )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  return () => asked !== 0
}
