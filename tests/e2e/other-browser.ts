/** A person's device with a browser of another maker: a profile of its own, processes that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DrivenPage } from './driven-page.ts'

export interface OtherBrowser {
  /** Starts it on its profile, which is what was left of the last time. */
  start(): Promise<DrivenPage>
  /** SIGKILL to all of its processes. */
  kill(): Promise<void>
  dispose(): Promise<void>
}

export async function until<T>(read: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const value = await read()
    if (value !== undefined) return value
    if (Date.now() > deadline) throw new Error(`timed out waiting for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Starts a program that dies with the browser; with whatever it starts itself, it is a group of processes. */
export type Run = (command: string, args: readonly string[], env?: NodeJS.ProcessEnv) => ChildProcess

/** `name`: of the folder that holds the profile. */
export function createOtherBrowser(
  name: string,
  open: (profile: string, run: Run) => Promise<DrivenPage>,
): OtherBrowser {
  const profile = mkdtempSync(join(tmpdir(), `portal-${name}-`))
  const running = new Set<ChildProcess>()
  const run: Run = (command, args, env) => {
    // The fourth descriptor is for programs that say there how they are reached.
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe'] as const
    const child = spawn(command, args, { stdio: [...stdio], detached: true, env: { ...process.env, ...env } })
    running.add(child)
    child.once('exit', () => running.delete(child))
    child.once('error', () => running.delete(child))
    return child
  }
  const kill = async () => {
    const dying = [...running]
    const gone = dying.map((child) => new Promise((resolve) => child.once('exit', resolve)))
    for (const { pid } of dying) if (pid !== undefined) process.kill(-pid, 'SIGKILL')
    await Promise.all(gone)
  }
  return {
    start: () => open(profile, run),
    kill,
    async dispose() {
      await kill()
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
