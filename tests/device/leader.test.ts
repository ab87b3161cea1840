/** Who leads among the tabs of one device, in virtual time. SPEC: client/replica/SPEC.md, R21. */
import { describe, expect, it } from 'vitest'
import { type Leadership, seekLeadership } from '../../client/replica/worker/leader.ts'
import { createEventLoop } from './event-loop.ts'
import { createLocks } from './tabs.ts'

/** What a device promises: one socket this long after its leader stopped. */
const PROMISE_MS = 5_000

type Said = { readonly from: string; readonly begins: boolean } | 'ask'

/** Tabs whose timers and messages run in virtual time; a message takes a millisecond. */
function createTabs({ withLocks }: { withLocks: boolean }) {
  let now = 0
  const due: { at: number; run: () => void }[] = []
  const after = (ms: number, run: () => void) => {
    const entry = { at: now + ms, run }
    due.push(entry)
    return () => {
      entry.run = () => {}
    }
  }
  const locks = createLocks()
  const tabs = new Map<string, { hear(said: Said): void }>()
  const open = (me: string, chance = 0.5) => {
    const loop = createEventLoop()
    const lock = locks.forTab(loop.whenAwake)
    const history: string[] = []
    let leadership: Leadership | undefined
    const say = (said: Said) => {
      for (const [name, other] of tabs) if (name !== me) after(1, () => tabs.has(name) && other.hear(said))
    }
    const hear = (said: Said) => {
      if (said !== 'ask') leadership?.hear(said.from, said.begins)
      else if (leadership?.leads) say({ from: me, begins: false })
    }
    tabs.set(me, { hear: (said) => loop.whenAwake(() => hear(said)) })
    leadership = seekLeadership({
      locks: withLocks ? lock.manager : undefined,
      name: 'device',
      me,
      setTimer: (run, ms) => after(ms, () => loop.whenAwake(run)),
      chance: () => chance,
      ask: () => say('ask'),
      announce: () => say({ from: me, begins: true }),
      onLead: () => history.push('leads'),
      onFollow: () => history.push('follows'),
    })
    return {
      history,
      get leads() {
        return leadership.leads
      },
      freeze: () => loop.freeze(),
      thaw: () => loop.thaw(),
      close: () => leadership.stop(),
      crash() {
        tabs.delete(me)
        loop.freeze()
        lock.release()
      },
    }
  }
  return {
    open,
    get now() {
      return now
    },
    async run(ms: number, until: () => boolean = () => false) {
      const end = now + ms
      for (;;) {
        // Promises of locks settle between two moments.
        for (let hop = 0; hop < 20; hop += 1) await null
        if (until()) return
        const next = due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (next === undefined) break
        due.splice(due.indexOf(next), 1)
        now = next.at
        next.run()
      }
      now = end
    },
  }
}

for (const withLocks of [true, false])
  describe(`[R21] ${withLocks ? 'with' : 'without'} Web Locks`, () => {
    it.each([0, 0.5, 1])('a frozen leader is replaced within five seconds, chance %d', async (chance) => {
      const device = createTabs({ withLocks })
      const one = device.open('one', chance)
      await device.run(10_000)
      const others = [device.open('two', chance), device.open('three', 1 - chance)]
      await device.run(10_000 + 700 * chance)
      const leader = [one, ...others].find(({ leads }) => leads)
      leader?.freeze()
      const rest = [one, ...others].filter((tab) => tab !== leader)
      const frozenAt = device.now
      await device.run(60_000, () => rest.some(({ leads }) => leads))
      expect(device.now - frozenAt).toBeLessThan(PROMISE_MS)
      await device.run(60_000)
      expect(rest.filter(({ leads }) => leads)).toHaveLength(1)

      leader?.thaw()
      await device.run(5_000)
      expect([one, ...others].filter(({ leads }) => leads)).toHaveLength(1)
      if (withLocks) expect(leader?.history.at(-1)).toBe('follows')
      const calm = rest.map(({ history }) => history.length)
      await device.run(60_000)
      expect(rest.map(({ history }) => history.length)).toEqual(calm)
    })

    it('a leader that closes or crashes is replaced, and one that answers is left alone', async () => {
      const device = createTabs({ withLocks })
      const tabs = ['one', 'two', 'three'].map((name, at) => device.open(name, at / 2))
      const leading = () => tabs.filter(({ leads }) => leads)
      await device.run(60_000)
      expect(leading()).toHaveLength(1)
      const before = leading()[0]
      const calm = tabs.map(({ history }) => history.length)
      await device.run(60_000)
      expect(tabs.map(({ history }) => history.length)).toEqual(calm)
      before?.crash()
      tabs.splice(tabs.indexOf(before as (typeof tabs)[0]), 1)
      await device.run(PROMISE_MS)
      expect(leading()).toHaveLength(1)
      leading()[0]?.close()
      await device.run(PROMISE_MS)
      expect(leading()).toHaveLength(1)
    })
  })

it('[R21] a tab that slept asks before it takes the lead from one that slept too', async () => {
  const device = createTabs({ withLocks: true })
  const one = device.open('one')
  const two = device.open('two')
  await device.run(10_000)
  for (const tab of [one, two]) tab.freeze()
  await device.run(60_000)
  for (const tab of [two, one]) tab.thaw()
  await device.run(60_000)
  expect(one.history).toEqual(['leads'])
  expect(two.history).toEqual([])
})
