/** What comes out of a tablet's boxes, before anything of it is believed. */
import { z } from 'zod'
import { Answers, AnswerValue } from '../forms/schema.ts'

const time = z.number().int().nonnegative()

export type TypedAnswers = z.infer<typeof TypedAnswers>
export const TypedAnswers = z.object({
  rev: z.number().int().nonnegative(),
  answers: z.record(z.string().min(1).max(500), z.object({ value: AnswerValue.nullable(), at: time })),
  submission: z
    .object({
      id: z.uuid().lowercase(),
      definitionId: z.uuid().lowercase(),
      answers: Answers,
      submittedAt: time,
    })
    .optional(),
})
