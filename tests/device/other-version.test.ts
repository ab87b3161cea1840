/** A device and a server of different versions: nothing is lost, it is said, and it heals by itself. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openSocket } from '../../client/transport/socket.ts'
import { PROTOCOL } from '../../shared/protocol/terms.ts'
import { type Step, VERSIONS, type Version } from '../../shared/protocol/versions.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { DEMO_PASSWORD } from '../harness/sign-in.ts'
import { answer } from './demo-devices.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'portal-versions-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const same: Step = { question: (_, m) => m, answer: (_, a) => a, notice: (_, m) => m }
/** A server three protocols on: this build's is just out of its window. */
const LATER: readonly Version[] = [1, 2, 3].map((years) => ({
  protocol: PROTOCOL + years,
  writing: 'packed' as const,
  step: years === 3 ? null : same,
}))

const UNSENT = 50
const numbered = (from: number) =>
  Object.fromEntries(Array.from({ length: UNSENT }, (_, n) => [`entry-${from + n}`, `value ${from + n}`]))
const sent = (text: unknown) => new Set(JSON.stringify(text).match(/value \d+/g))

it('[P28] an app that is too old says so, goes on, keeps and exports what it has, and sends it when it is served again', async () => {
  let portal: RunningPortal = await startPortal({ dataDir })
  const { port, url } = portal
  const replace = async (versions: readonly Version[]) => {
    await portal.close()
    portal = await startPortal({ dataDir, port, versions })
  }
  const common = { url, email: 'client@demo.test', password: DEMO_PASSWORD }
  const device: TestDevice = await createTestDevice({ ...common, name: 'Old tablet' })
  try {
    await device.settled()
    const [draft] = await device.db.drafts.find().exec()
    const id = draft?.id ?? ''
    await replace(LATER)
    await device.reopen()
    await device.until(({ link }) => link === 'update-needed')
    // One write after the other, each a change of its own: what was sealed for a session of before is not added to.
    for (const [key, value] of Object.entries(numbered(0))) await answer(device, id, { [key]: value })
    expect((await device.db.drafts.findOne(id).exec(true)).toJSON().answers).toMatchObject(numbered(0))
    expect(device.sync.unsent).toBeGreaterThan(0)
    expect(sent(await device.session.exportUnsent()).size).toBe(UNSENT)

    // Closed and opened again it still has them, still says so, and asks again after a while.
    device.crash()
    await device.reopen()
    await device.until(({ link, unsent }) => link === 'update-needed' && unsent > 0)
    await replace(VERSIONS)
    device.session.syncNow()
    await device.settled()
    const other = await createTestDevice({ ...common, name: 'New phone' })
    await other.untilDocument('drafts', id, ({ answers }) => sent(answers).size === UNSENT)
    await other[Symbol.asyncDispose]()
  } finally {
    await device[Symbol.asyncDispose]()
    await portal.close()
  }
})

it('[P28] a server that was rolled back to one that does not know this protocol is told from a bad line', async () => {
  await using portal = await startPortal()
  let rolledBack = false
  const device = await createTestDevice({
    url: portal.url,
    email: 'client@demo.test',
    password: DEMO_PASSWORD,
    name: 'New app',
    network: {
      // What the first build did: it let every socket in, and ended it at the first frame that was no text of its own.
      openSocket: (options) => {
        const socket = openSocket(options)
        if (!rolledBack) return socket
        const hello = () => {
          socket.close()
          options.events.closed(null)
          return new Promise<never>(() => {})
        }
        return { ...socket, hello }
      },
      fetch: async (input, init) => {
        if (!rolledBack || !String(input).endsWith('/sync/v1/hello')) return fetch(input, init)
        const problem = { type: 'about:blank', status: 426, code: 'protocol_unsupported' }
        return Response.json(problem, { status: 426 })
      },
    },
  })
  try {
    await device.settled()
    const [draft] = await device.db.drafts.find().exec()
    const id = draft?.id ?? ''
    rolledBack = true
    device.goOffline()
    device.goOnline()
    // Waits between attempts are over at once, however many it takes to be sure.
    const told = device.until(({ link }) => link === 'update-needed')
    const hurry = setInterval(() => void device.runTimers(), 50)
    await told.finally(() => clearInterval(hurry))
    await answer(device, id, { kept: 'value 1' })
    expect(sent(await device.session.exportUnsent())).toEqual(new Set(['value 1']))
    rolledBack = false
    device.session.syncNow()
    await device.settled()
  } finally {
    await device[Symbol.asyncDispose]()
  }
})
