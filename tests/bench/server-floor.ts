/** What any server of this make costs at least, in the same run: sockets alone, with one durable row each, with all of a push. */
import { type ChildProcess, fork } from 'node:child_process'
import type { BusyPractice } from './busy-practice.ts'
import type { FloorClient } from './floor-rows.ts'
import { cpuOfTree } from './processes.ts'

export type FloorWork = 'echo' | 'insert' | 'rows'
export const FLOORS: readonly FloorWork[] = ['echo', 'insert', 'rows']

export interface Floor {
  readonly perSecond: number
  /** ms of processor time for each. */
  readonly server: number
  readonly postgres: number
}

const start = (...options: readonly string[]) =>
  fork('tests/bench/floor-server.ts', options, { execArgv: ['--import', 'tsx'] })
const said = (child: ChildProcess) =>
  new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', (code) => reject(new Error(`The floor ended early (${code}).`)))
  })

export async function measureFloor(
  practice: BusyPractice,
  work: FloorWork,
  { clients, ms }: { readonly clients: number; readonly ms: number },
): Promise<Floor> {
  const owners = work === 'rows' ? await practice.addClients(clients, { drafts: true }) : []
  const { definitionId } = practice
  const rows = owners.map(({ clientId, accountId, deviceId, draftId }): FloorClient => {
    return { clientId, accountId, deviceId, draftId, definitionId }
  })
  const server = start(work, practice.databaseUrl, JSON.stringify(rows))
  const devices = start('clients', String(await said(server)), String(clients))
  const done = () => {
    devices.send('how many?')
    return said(devices).then(Number)
  }
  const now = async () => ({
    done: await done(),
    server: cpuOfTree(server.pid ?? 0),
    postgres: cpuOfTree(practice.postgresPid),
  })
  while ((await done()) < 5 * clients) await sleep(200)
  await sleep(1_000)
  const before = await now()
  await sleep(ms)
  const after = await now()
  for (const child of [devices, server]) child.removeAllListeners('exit').kill()
  const count = after.done - before.done
  return {
    perSecond: count / (ms / 1_000),
    server: (after.server - before.server) / count,
    postgres: (after.postgres - before.postgres) / count,
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
