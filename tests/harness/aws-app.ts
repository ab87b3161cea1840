/** The templates that `cdk synth` would hand to AWS, made by the app in deploy/aws with its own packages. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const APP = 'deploy/aws'

export interface Resource {
  readonly Type: string
  readonly Properties: Readonly<Record<string, unknown>>
  readonly DeletionPolicy?: string
}
export interface Template {
  /** All text of it. */
  readonly text: string
  /** Of one type, in the order of the template. */
  of(type: string): readonly Resource[]
}

/** Apart from the repository's packages: nobody who starts the portal has to load them. */
function ensurePackages(): void {
  if (existsSync(join(APP, 'node_modules/aws-cdk-lib'))) return
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: APP, stdio: 'ignore' })
}

export function checkTypes(): string {
  ensurePackages()
  try {
    return execFileSync('node_modules/.bin/tsc', ['--project', '.'], { cwd: APP, encoding: 'utf8' })
  } catch (error) {
    return String(Reflect.get(error as object, 'stdout'))
  }
}

export function synthesize(): Template {
  ensurePackages()
  const folder = mkdtempSync(join(tmpdir(), 'portal-cdk-'))
  const { context } = JSON.parse(readFileSync(join(APP, 'cdk.json'), 'utf8'))
  execFileSync(process.execPath, ['--import', 'tsx', 'portal-app.ts'], {
    cwd: APP,
    env: { PATH: process.env.PATH, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(context) },
    stdio: 'pipe',
  })
  const text = readFileSync(join(folder, 'mentalspace-portal-example.template.json'), 'utf8')
  rmSync(folder, { recursive: true })
  const resources = Object.values<Resource>(JSON.parse(text).Resources)
  return { text, of: (type) => resources.filter(({ Type }) => Type === type) }
}
