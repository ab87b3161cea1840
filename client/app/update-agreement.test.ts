import { describe, expect, it } from 'vitest'
import { type AgreementChannel, createUpdateAgreement } from './update-agreement.ts'

/** Tabs of one browser: what one posts, all others hear. */
function createTabs() {
  const channels = new Map<AgreementChannel, (event: { readonly data: unknown }) => void>()
  const tab = ({ saves = true, frozen = false, answers = true } = {}) => {
    const channel: AgreementChannel = {
      postMessage(data) {
        if (frozen) return
        for (const [other, hear] of channels) if (other !== channel) hear({ data })
      },
      addEventListener: (_, listener) => void channels.set(channel, frozen ? () => {} : listener),
    }
    let patience: (() => void) | undefined
    const saved: number[] = []
    const agreement = createUpdateAgreement({
      channel,
      save: async () => {
        saved.push(saved.length)
        if (!answers) throw new Error('the disk is broken')
        return saves
      },
      others: async () => channels.size - 1,
      wait: () => new Promise((resolve) => (patience = resolve)),
      newQuestion: () => `question ${channels.size}`,
    })
    return { ...agreement, saved, runOut: () => patience?.() }
  }
  return { tab }
}

describe('a new version for all tabs', () => {
  it('is taken at once by the only tab', async () => {
    expect(await createTabs().tab().ask()).toBe(true)
  })

  it('is taken when every other tab has saved', async () => {
    const { tab } = createTabs()
    const others = [tab(), tab()]
    expect(await tab().ask()).toBe(true)
    expect(others.map(({ saved }) => saved.length)).toEqual([1, 1])
  })

  it.each([
    ['cannot save', { saves: false }],
    ['fails at it', { answers: false }],
  ])('waits when one of them %s', async (_, options) => {
    const { tab } = createTabs()
    tab()
    tab(options)
    expect(await tab().ask()).toBe(false)
  })

  it('does not wait for ever for a tab that is frozen', async () => {
    const { tab } = createTabs()
    tab({ frozen: true })
    const asks = tab()
    const answer = asks.ask()
    await new Promise((resolve) => setImmediate(resolve))
    asks.runOut()
    expect(await answer).toBe(true)
  })
})
