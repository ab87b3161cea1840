/**
 * A deployment in a folder of its own, made from this repository's build, so that a test can put a newer build of the
 * app over it while its server runs.
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Deployment extends AsyncDisposable {
  /** For `spawnServer`. */
  readonly root: string
  /** Builds the app from its sources into the deployment, with another name in the title of its pages. */
  buildAgain(title: string): Promise<void>
}

export function createDeployment(): Deployment {
  const root = mkdtempSync(join(tmpdir(), 'portal-deployment-'))
  mkdirSync(join(root, 'dist'))
  cpSync('dist/client', join(root, 'dist/client'), { recursive: true })
  cpSync('dist/server', join(root, 'dist/server'), { recursive: true })
  for (const name of ['package.json', 'node_modules', 'prisma']) symlinkSync(resolve(name), join(root, name))
  return {
    root,
    buildAgain: (title) => build(join(root, 'dist/client'), title),
    async [Symbol.asyncDispose]() {
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** In a process of its own: the runner's way of loading TypeScript is not the build's. */
function build(outDir: string, title: string): Promise<void> {
  const script = `
    import { build } from 'vite'
    const newer = {
      name: 'newer',
      transform: (code, id) =>
        id.endsWith('/client/ui/page.tsx') ? code.replace('MentalSpace Portal', ${JSON.stringify(title)}) : undefined,
    }
    await build({ configFile: 'client/vite.config.ts', logLevel: 'error', plugins: [newer], build: { outDir: ${JSON.stringify(outDir)} } })
  `
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`The build ended with ${code}.`))))
  })
}
