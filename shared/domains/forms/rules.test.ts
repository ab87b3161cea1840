import { describe, expect, it } from 'vitest'
import { derivedId } from '../../crypto/derived-id.ts'
import type { FieldEdit, FieldMarks } from '../../merge/three-way.ts'
import { checkDraftEdits, startsDraft } from './draft-patch.ts'
import { planLateEdit } from './late-edit.ts'
import { type FormsRole, mayWithForms } from './policy.ts'
import { type Answers, Draft, Submission } from './schema.ts'
import { amendmentId, planSubmission, type SubmissionInput } from './submission-plan.ts'

const DRAFT = '0196f3c1-0000-7000-8000-000000000001'
const DEFINITION = '0196f3c1-0000-7000-8000-000000000002'
const FIRST = '0196f3c1-0000-7000-8000-000000000003'
const SECOND = '0196f3c1-0000-7000-8000-000000000004'
const PHONE = '0196f3c1-0000-7000-8000-00000000000a'
const TABLET = '0196f3c1-0000-7000-8000-00000000000b'

const draft = (answers: Answers, more: Partial<Draft> = {}): Draft => ({
  id: DRAFT,
  definitionId: DEFINITION,
  formKey: 'initial-intake',
  title: 'Initial Intake',
  status: 'draft',
  assignedAt: 1,
  answers,
  contested: {},
  updatedAt: 1,
  ...more,
})
const mark = (rev: number, device: string | null, at = 50) => ({ rev, at, device })
const submit = (answers: Answers, more: Partial<SubmissionInput> = {}) =>
  planSubmission({
    draft: draft(answers),
    marks: {},
    draftRev: 5,
    offered: { id: FIRST, draftId: DRAFT, definitionId: DEFINITION, answers, submittedAt: 100 },
    accepted: answers,
    device: PHONE,
    at: 120,
    reference: 'K7-4Q2',
    amendment: null,
    derivedId,
    ...more,
  })
const edit = (field: string, value: FieldEdit['value'], at = 90): FieldEdit => ({ field, value, at })

describe('what a client writes on a draft', () => {
  it('[M15] accepts answers, dismissals and the start', () => {
    const edits = [edit('answers/a{b}', true), edit('contested/a', null), edit('status', 'draft')]
    expect(checkDraftEdits(draft({}, { status: 'assigned' }), edits)).toEqual({ ok: true, value: edits })
  })

  it('[M15] never goes back, and leaves out what a submission decides', () => {
    const echo = [edit('status', 'draft'), edit('status', 'submitted'), edit('submissionId', FIRST)]
    for (const status of ['draft', 'submitted'] as const)
      expect(checkDraftEdits(draft({}, { status }), echo)).toEqual({ ok: true, value: [] })
  })

  it.each([
    [edit('status', 'assigned'), 'wrong_state'],
    [edit('title', 'x'), 'not_permitted'],
    [edit('answers', { a: 'x' }), 'not_permitted'],
    [edit('amends', FIRST), 'not_permitted'],
    [edit('contested/a', 'x'), 'not_permitted'],
    [edit('answers/a{b', true), 'invalid_document'],
    [edit('answers/a', [1]), 'invalid_document'],
    [edit('answers/a', 'x'.repeat(20_001)), 'invalid_document'],
    [edit('__proto__', 'x'), 'not_permitted'],
  ])('[M15] refuses %j', (refused, code) => {
    expect(checkDraftEdits(draft({}), [refused])).toMatchObject({ ok: false, error: { code } })
  })

  it('[M15] a first answer starts the draft', () => {
    expect(startsDraft(draft({}, { status: 'assigned' }), [edit('answers/a', 'x')])).toBe(true)
    expect(startsDraft(draft({}), [edit('answers/a', 'x')])).toBe(false)
    expect(startsDraft(draft({}, { status: 'assigned' }), [edit('contested/a', null)])).toBe(false)
  })
})

describe('submitting', () => {
  it('[M16] freezes the answers and closes the draft', () => {
    const plan = submit({ a: 'x' }, { accepted: { a: 'x' } })
    expect(Submission.parse(plan.submission)).toMatchObject({
      id: FIRST,
      draftId: DRAFT,
      answers: { a: 'x' },
      status: 'received',
      reference: 'K7-4Q2',
      receivedAt: 120,
      submittedAt: 100,
    })
    expect(plan.submission).not.toHaveProperty('amends')
    expect(plan.draftPatch).toEqual([
      ['status', 'submitted'],
      ['submissionId', FIRST],
    ])
    expect(plan.newAmendment).toBeUndefined()
  })

  it('[M16] puts what others wrote unseen into an amendment draft, with one id for all', () => {
    const marks: FieldMarks = {
      'answers/seen': mark(5, TABLET),
      'answers/mine': mark(7, PHONE),
      'answers/equal': mark(7, TABLET),
      'answers/changed': mark(7, TABLET, 70),
      'answers/cleared': mark(8, TABLET),
      'answers/merged': mark(9, null),
      status: mark(9, TABLET),
    }
    const frozen = { seen: '1', mine: '1', equal: '1', changed: '1', cleared: '1', merged: '1' }
    const master = { seen: '2', mine: '2', equal: '1', changed: '2', merged: '2' }
    const plan = submit(frozen, { draft: draft(master), marks })
    expect(plan.submission.answers).toEqual(frozen)
    const amendment = Draft.parse(plan.newAmendment?.draft)
    expect(amendment).toMatchObject({ id: amendmentId(FIRST, derivedId), status: 'draft', amends: FIRST })
    expect(amendment.answers).toEqual({ seen: '1', mine: '1', equal: '1', changed: '2', merged: '2' })
    expect(plan.newAmendment?.marks).toEqual({
      'answers/changed': mark(1, TABLET, 70),
      'answers/cleared': mark(1, TABLET),
      'answers/merged': mark(1, null),
    })
  })

  it('[M18] accepts a second submission as an amendment of the first', () => {
    const submitted = draft({ a: 'x' }, { status: 'submitted', submissionId: FIRST })
    const offered = {
      id: SECOND,
      draftId: DRAFT,
      definitionId: DEFINITION,
      answers: { a: 'y' },
      submittedAt: 110,
    }
    const plan = submit({ a: 'y' }, { draft: submitted, offered })
    expect(plan.submission).toMatchObject({ id: SECOND, amends: FIRST, answers: { a: 'y' } })
    expect(plan.draftPatch).toEqual([])
    const open = draft({ a: 'y' }, { id: amendmentId(FIRST, derivedId), amends: FIRST })
    expect(submit({ a: 'y' }, { draft: submitted, offered, amendment: open }).amendmentPatch).toEqual([
      ['status', 'submitted'],
      ['submissionId', SECOND],
    ])
    const other = { ...open, answers: { a: 'z' } }
    expect(submit({ a: 'y' }, { draft: submitted, offered, amendment: other }).amendmentPatch).toBeUndefined()
  })

  it('[M16] [M18] submitting an amendment draft links its submission to what it amends', () => {
    const plan = submit({ a: 'y' }, { draft: draft({ a: 'y' }, { amends: FIRST }) })
    expect(plan.submission.amends).toBe(FIRST)
  })
})

describe('an edit after the submission', () => {
  const submission = { id: FIRST, answers: { a: 'x', b: '1' }, submittedAt: 100 }
  const late = (
    edits: readonly FieldEdit[],
    device = TABLET,
    amendment: Draft | null = null,
    receivedAt = 100,
  ) =>
    planLateEdit({
      draft: draft(submission.answers, { status: 'submitted', submissionId: FIRST }),
      submission: { ...submission, receivedAt },
      submittedBy: PHONE,
      amendment,
      device,
      edits,
      at: 130,
      derivedId,
    })

  it('[M17] makes the amendment draft, with the submission and the edit', () => {
    const plan = late([edit('answers/a', 'y'), edit('answers/b', null), edit('contested/a', null)])
    expect(plan.kind).toBe('create')
    if (plan.kind !== 'create') return
    expect(Draft.parse(plan.amendment.draft)).toMatchObject({
      id: amendmentId(FIRST, derivedId),
      amends: FIRST,
      answers: { a: 'y' },
    })
    expect(plan.amendment.marks).toEqual({
      'answers/a': mark(1, TABLET, 90),
      'answers/b': mark(1, TABLET, 90),
    })
  })

  it('[M17] makes nothing of an answer that is equal to the frozen one', () => {
    expect(late([edit('answers/a', 'x')])).toEqual({ kind: 'nothing', superseded: [] })
    expect(late([edit('answers/c', null)])).toEqual({ kind: 'nothing', superseded: [] })
  })

  it('[M17] keeps what the submitting device wrote before it submitted for the history only', () => {
    const old = edit('answers/a', 'w', 80)
    expect(late([old], PHONE)).toEqual({ kind: 'nothing', superseded: [old] })
    expect(late([{ ...old, at: 101 }], PHONE).kind).toBe('create')
    expect(late([old], TABLET).kind).toBe('create')
  })

  it('[M17] takes an edit for late unless it is older for certain, whatever the clock of its device', () => {
    expect(late([edit('answers/a', 'y', 100)], PHONE).kind).toBe('create')
    // The clock ran ahead when the submission was sent, and was set right since.
    expect(late([edit('answers/a', 'y', 60)], PHONE, null, 50).kind).toBe('create')
    expect(late([edit('answers/a', 'y', 40)], PHONE, null, 50).kind).toBe('nothing')
  })

  it('[M17] goes to the amendment draft that is there', () => {
    const open = draft({ a: 'z' }, { id: amendmentId(FIRST, derivedId), amends: FIRST })
    const edits = [edit('answers/a', 'x'), edit('status', 'draft')]
    expect(late(edits, TABLET, open)).toEqual({
      kind: 'merge',
      draftId: open.id,
      edits: [edits[0]],
      superseded: [],
    })
  })
})

it('keeps unsent drafts from every member of staff', () => {
  const staff: FormsRole[] = ['clinician', 'front-desk', 'admin', 'ehr']
  for (const role of staff)
    for (const action of ['read-draft', 'write-draft', 'submit'] as const)
      expect(mayWithForms(role, action)).toBe(false)
  expect(mayWithForms('client', 'submit')).toBe(true)
  expect(mayWithForms('client', 'review-submission')).toBe(false)
  expect(mayWithForms('ehr', 'bring-submission')).toBe(true)
  expect(mayWithForms('client', 'bring-submission')).toBe(false)
})
