import { firstValueFrom, skip } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { PortalSession } from './portal-session.ts'
import { type StepUpQuestion, withStepUp } from './step-up.ts'

const REFUSED = {
  status: 403,
  body: { code: 'step_up_required', stepUp: { accepts: ['totp', 'recovery-code'] } },
}
const DONE = { status: 204, body: null }

/** A session whose requests are answered in turn. */
function sessionWith(...answers: { status: number; body: unknown }[]) {
  const asked: unknown[] = []
  const session = {
    request: async (input: unknown) => {
      asked.push(input)
      return answers.shift() ?? DONE
    },
  } as unknown as PortalSession
  return { asked, stepUps: withStepUp(session) }
}
const WIPE = { method: 'DELETE', path: '/api/v1/portal/auth/devices/1' }

describe('[F9] a request that is refused for want of a proof', () => {
  it('is sent again as it was once the person has confirmed who they are', async () => {
    const { asked, stepUps } = sessionWith(REFUSED, DONE)
    const shown = firstValueFrom(stepUps.question$.pipe(skip(1)))
    const answer = stepUps.session.request(WIPE)
    const question = (await shown) as StepUpQuestion
    expect(question.needed).toEqual({ accepts: ['totp', 'recovery-code'] })
    expect(asked).toHaveLength(1)
    question.answer(true)
    expect(await answer).toEqual(DONE)
    expect(asked).toEqual([WIPE, WIPE])
    expect(await firstValueFrom(stepUps.question$)).toBeNull()
  })

  it('keeps its refusal where the person does not', async () => {
    const { asked, stepUps } = sessionWith(REFUSED)
    const shown = firstValueFrom(stepUps.question$.pipe(skip(1)))
    const answer = stepUps.session.request(WIPE)
    ;((await shown) as StepUpQuestion).answer(false)
    expect(await answer).toEqual(REFUSED)
    expect(asked).toHaveLength(1)
  })

  it.each([
    [403, { code: 'not_permitted' }],
    [403, null],
    [409, { stepUp: { accepts: ['totp'] } }],
    [403, { stepUp: { accepts: [] } }],
  ])('asks nobody after another refusal: %i %j', async (status, body) => {
    const { stepUps } = sessionWith({ status, body })
    expect(await stepUps.session.request(WIPE)).toEqual({ status, body })
    expect(await firstValueFrom(stepUps.question$)).toBeNull()
  })
})
