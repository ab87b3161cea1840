/** What a record system gets of a file that answers a question: its bytes, of its own practice's forms that were handed in. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PART_BYTES } from '../../shared/domains/documents/limits.ts'
import { pdfOf, sha256Of } from '../harness/files.ts'
import { letIn, type TestMachine } from '../harness/machine.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { type SignedInDevice, signIn } from '../harness/sign-in.ts'

const EHR = '/api/v1/ehr'
const PORTAL = '/api/v1/portal'
const FORM = {
  resourceType: 'Questionnaire',
  title: 'Insurance card',
  item: [
    { linkId: 'card', text: 'A photo of your card', type: 'attachment' },
    { linkId: 'note', text: 'Anything else?', type: 'string' },
  ],
}

describe.each(['pglite', 'postgres'] as const)(
  'files of answers at the record system’s door (%s)',
  (kind) => {
    const content = pdfOf(PART_BYTES + 321)
    let server: RunningPortal
    let ehr: TestMachine
    let client: SignedInDevice
    let practiceId: string
    const audited = (accountId: string) =>
      server.portal.database.prisma.auditEvent.findMany({
        where: { accountId, action: 'ehr.answer-files' },
        orderBy: { at: 'asc' },
      })
    const bytesAt = async (path: string, as = ehr) => as.fetch(path)

    beforeAll(async () => {
      server = await startPortal({ database: kind })
      const { prisma } = server.portal.database
      const account = await prisma.portalAccount.findUniqueOrThrow({ where: { email: 'admin@demo.test' } })
      practiceId = account.practiceId
      const admin = await signIn(server.url, 'admin@demo.test')
      const made = await admin.fetch('/api/v1/staff/forms', {
        method: 'POST',
        body: { key: 'card', kind: 'custom', forNewClients: false, questionnaire: FORM },
      })
      expect([made.status, made.text]).toEqual([201, expect.any(String)])
      ehr = await letIn(server, practiceId)
      client = await signIn(server.url, 'client@demo.test')
    })
    afterAll(() => server?.close())

    const newDraft = async (of = client) => {
      const clinician = await signIn(server.url, 'clinician@demo.test')
      const given = await clinician.fetch(`/api/v1/staff/clients/${of.clientId}/forms`, {
        method: 'POST',
        body: { formKey: 'card' },
      })
      expect([given.status, given.text]).toEqual([201, expect.any(String)])
      return String(given.body.draftId)
    }
    const upload = async (draft: string) => {
      const file = randomUUID()
      const at = `${PORTAL}/answer-files/${file}`
      const body = { name: 'Card.pdf', bytes: content.length, sha256: sha256Of(content), draft }
      const headers = { 'content-type': 'application/octet-stream' }
      expect((await client.fetch(at, { method: 'PUT', body })).status).toBe(200)
      for (let part = 0; part * PART_BYTES < content.length; part++) {
        const raw = content.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)
        expect((await client.fetch(`${at}/parts/${part}`, { method: 'PUT', raw, headers })).status).toBe(200)
      }
      const finished = await client.fetch(`${at}/finish`, { method: 'POST' })
      expect([finished.status, finished.text]).toEqual([200, expect.any(String)])
      const { name, bytes, sha256 } = body
      return { file, name, type: 'application/pdf', bytes, sha256 }
    }
    const submit = async (draft: string, answers: object, as = client) => {
      const found = await as.fetch(`${PORTAL}/forms/${draft}`)
      const { id: definitionId } = found.body.definition as { readonly id: string }
      const submissionId = randomUUID()
      const sent = await as.fetch(`${PORTAL}/forms/${draft}/submit`, {
        method: 'POST',
        body: { submissionId, definitionId, answers, submittedAt: Date.now() },
      })
      expect([sent.status, sent.text]).toEqual([201, expect.any(String)])
      return submissionId
    }

    it('[H18] gives the bytes that the answer describes, by the form and the file, with a row in the trail', async () => {
      const draft = await newDraft()
      const answer = await upload(draft)
      const id = await submit(draft, { card: answer })
      const read = await ehr.fetch(`${EHR}/submissions/${id}`)
      const told = JSON.parse(read.text).resource.item[0].answer[0].valueAttachment
      expect(told).toMatchObject({ size: content.length, hash: sha256Of(content) })
      const file = String(told.url).slice('urn:uuid:'.length)
      const token = String((await ehr.askToken()).body.access_token)
      const fetched = await fetch(`${server.url}${EHR}/submissions/${id}/files/${file}`, {
        headers: { authorization: `Bearer ${token}` },
      })
      const bytes = Buffer.from(await fetched.arrayBuffer())
      expect(fetched.status).toBe(200)
      expect(sha256Of(bytes)).toBe(told.hash)
      expect(fetched.headers.get('content-type')).toBe('application/pdf')
      expect(fetched.headers.get('content-disposition')).toContain('attachment')
      expect(fetched.headers.get('cache-control')).toContain('no-store')
      const rest = await fetch(`${server.url}${EHR}/submissions/${id}/files/${file}?from=1`, {
        headers: { authorization: `Bearer ${token}` },
      })
      expect(Buffer.from(await rest.arrayBuffer()).equals(content.subarray(PART_BYTES))).toBe(true)
      const rows = await audited(ehr.accountId)
      expect(rows.map(({ outcome, clientId, documentId }) => [outcome, clientId, documentId])).toEqual([
        ['allowed', client.clientId, file],
        ['allowed', client.clientId, file],
      ])
    })

    it('[H18] nothing of a form that was not handed in, of another form, practice or client, or without the scope', async () => {
      const draft = await newDraft()
      const answer = await upload(draft)
      const other = await submit(draft, { note: 'without the card' })
      const missing = async (path: string, as?: TestMachine) => {
        const { status, body } = await bytesAt(path, as)
        return [status, body.code]
      }
      // Never handed in: neither under a form of the client that was, nor under its draft.
      expect(await missing(`${EHR}/submissions/${other}/files/${answer.file}`)).toEqual([404, 'not_found'])
      expect(await missing(`${EHR}/submissions/${draft}/files/${answer.file}`)).toEqual([404, 'not_found'])
      const second = await newDraft()
      const mine = await upload(second)
      const id = await submit(second, { card: mine })
      const at = `${EHR}/submissions/${id}/files/${mine.file}`
      expect((await bytesAt(at)).status).toBe(200)
      expect(await missing(`${EHR}/submissions/${other}/files/${mine.file}`)).toEqual([404, 'not_found'])
      expect(await missing(`${EHR}/submissions/${id}/files/${randomUUID()}`)).toEqual([404, 'not_found'])
      expect(await missing(`${EHR}/submissions/${randomUUID()}/files/${mine.file}`)).toEqual([
        404,
        'not_found',
      ])
      const { prisma } = server.portal.database
      // A form of somebody else of the practice, under which this file does not lie.
      const somebody = await signIn(server.url, 'client2@demo.test')
      const theirId = await submit(await newDraft(somebody), { note: 'x' }, somebody)
      expect(await missing(`${EHR}/submissions/${theirId}/files/${mine.file}`)).toEqual([404, 'not_found'])
      const elsewhere = randomUUID()
      await prisma.practice.create({
        data: { id: elsewhere, name: 'Another', timeZone: 'UTC', phone: '1', mfaStaff: false },
      })
      const stranger = await letIn(server, elsewhere)
      expect(await missing(at, stranger)).toEqual([404, 'not_found'])
      expect((await audited(stranger.accountId)).map(({ outcome }) => outcome)).toEqual(['denied'])
      const without = await letIn(server, practiceId, { scopes: ['documents:read', 'submissions:write'] })
      expect(await missing(at, without)).toEqual([403, 'not_permitted'])
      // People have doors of their own.
      expect((await client.fetch(at)).status).toBe(401)
    })
  },
)
