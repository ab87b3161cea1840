/**
 * The tabs of one browser take a new version together. Each saves what is typed in it first; one that cannot says no,
 * and nothing happens in any. A tab that the browser has frozen does not answer, and need not: nobody types in it.
 */
export interface UpdateAgreement {
  /** False when another tab could not save. */
  ask(): Promise<boolean>
}

type Message =
  | { readonly say: 'save'; readonly question: string }
  | { readonly say: 'saved'; readonly question: string; readonly ok: boolean }

/** A BroadcastChannel, or what a test has in its place. */
export interface AgreementChannel {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

export interface AgreementDeps {
  readonly channel: AgreementChannel
  /** True when everything typed in this tab is on the disk. */
  readonly save: () => Promise<boolean>
  /** Tabs that are open besides this one. */
  readonly others: () => Promise<number>
  readonly wait: (ms: number) => Promise<void>
  readonly newQuestion: () => string
}

/** For tabs that do not answer. */
const PATIENCE_MS = 3_000

export function createUpdateAgreement({
  channel,
  save,
  others,
  wait,
  newQuestion,
}: AgreementDeps): UpdateAgreement {
  let asking: { readonly question: string; answer(ok: boolean): void } | null = null
  channel.addEventListener('message', ({ data }) => {
    const message = data as Message
    if (message.say === 'saved') {
      if (message.question === asking?.question) asking.answer(message.ok)
      return
    }
    const answer = (ok: boolean) =>
      channel.postMessage({ say: 'saved', question: message.question, ok } satisfies Message)
    save().then(answer, () => answer(false))
  })
  return {
    async ask() {
      const expected = await others()
      if (expected === 0) return true
      const question = newQuestion()
      let allSaved = true
      let answers = 0
      const answered = new Promise<void>((resolve) => {
        asking = {
          question,
          answer(ok) {
            answers += 1
            allSaved &&= ok
            if (!ok || answers >= expected) resolve()
          },
        }
      })
      channel.postMessage({ say: 'save', question } satisfies Message)
      await Promise.race([answered, wait(PATIENCE_MS)])
      asking = null
      return allSaved
    },
  }
}
