/** The audit trail over HTTP: what an admin finds and takes away, and that nobody else does. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { login, type SignedInDevice, signIn } from '../harness/sign-in.ts'

const PATH = '/api/v1/staff/audit'
interface Item {
  readonly at: number
  readonly action: string
  readonly outcome: string
  readonly accountName: string | null
  readonly clientName: string | null
  readonly role: string | null
  readonly reason: string | null
}

describe.each(['pglite', 'postgres'] as const)('the audit trail of a practice, over %s', (database) => {
  let server: RunningPortal
  let admin: SignedInDevice
  let client: SignedInDevice
  beforeAll(async () => {
    server = await startPortal({ database })
    client = await signIn(server.url, 'client@demo.test')
    const body = { client: client.clientId, after: 0, upTo: null }
    expect((await client.fetch(`${SYNC_HTTP}/pull`, { method: 'POST', body })).status).toBe(200)
    admin = await signIn(server.url, 'admin@demo.test')
  })
  afterAll(() => server?.close())
  const search = async (query = '') => {
    const { status, body } = await admin.fetch(`${PATH}?${query}`)
    expect(status).toBe(200)
    return body as unknown as { items: Item[]; next: string | null }
  }

  const inAnotherPractice = async (look: () => Promise<void>) => {
    const { prisma } = server.portal.database
    const id = randomUUID()
    await prisma.practice.create({
      data: { id, name: 'Other', timeZone: 'UTC', phone: '2', mfaStaff: false },
    })
    const where = { email: 'admin@demo.test' }
    const { practiceId } = await prisma.portalAccount.findUniqueOrThrow({ where })
    await prisma.portalAccount.update({ where, data: { practiceId: id } })
    try {
      await look()
    } finally {
      await prisma.portalAccount.update({ where, data: { practiceId } })
    }
  }

  it('[V16.2.1] is searched by record, account, action, outcome and time, and says who did what in whose record', async () => {
    const pulls = await search(`client=${client.clientId}&action=sync.pull&outcome=allowed`)
    expect(pulls.items).toHaveLength(1)
    expect(pulls.items[0]).toMatchObject({
      accountName: client.account.name,
      clientName: client.account.name,
      role: 'client',
    })
    expect((await search(`account=${client.account.id}&action=auth.login`)).items).toHaveLength(1)
    const { at } = pulls.items[0] as Item
    expect((await search(`action=sync.pull&until=${at}`)).items).toHaveLength(0)
    expect((await search(`action=sync.pull&from=${at}`)).items).toHaveLength(1)
    expect((await search('action=audit.search')).items.length).toBeGreaterThan(3)
  })

  it('comes in pages that together are everything, once', async () => {
    const until = Date.now() + 1
    const whole = (await search(`limit=100&until=${until}&action=seed.put`)).items
    const pages: Item[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { items, next }: { items: Item[]; next: string | null } = await search(
        `limit=3&until=${until}&action=seed.put${cursor === '' ? '' : `&cursor=${cursor}`}`,
      )
      pages.push(...items)
      cursor = next
    }
    expect(pages).toEqual(whole)
    expect((await admin.fetch(`${PATH}?cursor=nonsense`)).status).toBe(400)
  })

  it('is taken away as CSV or JSON lines, and that is in it', async () => {
    const csv = await admin.fetch(`${PATH}/export?format=csv&client=${client.clientId}`)
    expect(csv.status).toBe(200)
    expect(csv.headers.get('content-type')).toContain('text/csv')
    expect(csv.headers.get('content-disposition')).toContain('audit.csv')
    const lines = csv.text.trimEnd().split('\r\n')
    expect(lines[0]).toMatch(/^at,outcome,action/)
    const jsonl = await admin.fetch(`${PATH}/export?format=jsonl&client=${client.clientId}`)
    const rows = jsonl.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows.length).toBe(lines.length - 1)
    expect(rows.some(({ action }) => action === 'sync.pull')).toBe(true)
    expect((await search('action=audit.export')).items).toHaveLength(2)
    expect((await admin.fetch(`${PATH}/export?format=xlsx`)).status).toBe(400)
  })

  it('is for admins alone, and for those of the same practice', async () => {
    for (const email of ['clinician@demo.test', 'desk@demo.test', 'client@demo.test']) {
      const other = await signIn(server.url, email)
      for (const path of [PATH, `${PATH}/export?format=csv`]) {
        const { status, text } = await other.fetch(path)
        expect([401, 403]).toContain(status)
        expect(text).not.toContain('sync.pull')
      }
    }
    await inAnotherPractice(async () => {
      const { items } = await search(`limit=100`)
      expect(items.filter(({ action }) => !action.startsWith('audit.'))).toEqual([])
      const { text } = await admin.fetch(`${PATH}/export?format=jsonl&client=${client.clientId}`)
      expect(text).toBe('')
    })
  })

  it('[V16.3.1] has the sign-ins of the practice’s accounts, failed ones and locked ones too, and no other practice has them', async () => {
    const email = 'desk@demo.test'
    const from = Date.now()
    const desk = await signIn(server.url, email)
    const failed: number[] = []
    for (let times = 0; times < 6; times++)
      failed.push((await login(server.url, email, { password: 'not the password' })).status)
    expect(failed.at(-1)).toBe(423)
    const query = `account=${desk.account.id}&action=auth.login&from=${from}`
    const reasons = async () => {
      const body = await search(query)
      return body.items.map(({ reason }) => reason).reverse()
    }
    expect(await reasons()).toEqual([null, ...Array(5).fill('wrong_credentials'), 'account_locked'])
    await inAnotherPractice(async () => expect(await reasons()).toEqual([]))
  })
})
