/** A form that a client was asked to fill in, with nothing filled in yet, as a server has it. */
import { randomUUID } from 'node:crypto'

export const assignedDraft = (id: string) => ({
  id,
  definitionId: randomUUID(),
  formKey: 'x',
  title: 'X',
  status: 'assigned',
  assignedAt: 1,
  answers: {},
  contested: {},
})
