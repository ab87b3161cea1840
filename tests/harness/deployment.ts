/**
 * A deployment in a folder of its own, made from this repository's build, so that a test can put a newer build of the
 * app over it while its server runs.
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** A change of a source file, as a later version would have it. It must be possible: `from` must be there. */
export interface Edit {
  /** End of the file's path. */
  readonly file: string
  readonly from: string
  readonly to: string
}

export interface Deployment extends AsyncDisposable {
  /** For `spawnServer`. */
  readonly root: string
  /** Builds the app from its sources into the deployment, with another name in the title of its pages. */
  buildAgain(title: string): Promise<void>
  /** The same with later sources, and the server as well. */
  upgrade(title: string, edits: readonly Edit[]): Promise<void>
}

export function createDeployment(): Deployment {
  const root = mkdtempSync(join(tmpdir(), 'portal-deployment-'))
  mkdirSync(join(root, 'dist'))
  cpSync('dist/client', join(root, 'dist/client'), { recursive: true })
  cpSync('dist/server', join(root, 'dist/server'), { recursive: true })
  for (const name of ['package.json', 'node_modules', 'prisma']) symlinkSync(resolve(name), join(root, name))
  const titled = (title: string): Edit => ({
    file: 'client/ui/page.tsx',
    from: 'MentalSpace Portal',
    to: title,
  })
  return {
    root,
    buildAgain: (title) => build('client', join(root, 'dist/client'), [titled(title)]),
    async upgrade(title, edits) {
      await build('client', join(root, 'dist/client'), [titled(title), ...edits])
      await build('sync-server', join(root, 'dist/server'), edits)
    },
    async [Symbol.asyncDispose]() {
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** In a process of its own: the runner's way of loading TypeScript is not the build's. */
function build(part: 'client' | 'sync-server', outDir: string, edits: readonly Edit[]): Promise<void> {
  const script = `
    import { build } from 'vite'
    const edits = ${JSON.stringify(edits)}
    const newer = () => ({
      name: 'newer',
      enforce: 'pre',
      transform(code, id) {
        let result = code
        for (const { file, from, to } of edits)
          if (id.split('?')[0].endsWith('/' + file)) {
            if (!result.includes(from)) throw new Error(file + ' does not have: ' + from)
            result = result.replace(from, () => to)
          }
        return result === code ? undefined : result
      },
    })
    await build({
      configFile: '${part}/vite.config.ts',
      logLevel: 'error',
      plugins: [newer()],
      worker: { plugins: () => [newer()] },
      build: { outDir: ${JSON.stringify(outDir)} },
    })
  `
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`The build ended with ${code}.`))))
  })
}
