/** Tabs of one device refresh their session one after the other, in virtual time. SPEC: client/replica/SPEC.md, R34. */
import { describe, expect, it } from 'vitest'
import { createServerSession } from '../../client/replica/worker/server-session.ts'
import { createEventLoop } from './event-loop.ts'
import { createLocks } from './tabs.ts'
import { createVirtualTime } from './virtual-time.ts'

/** How long a tab may keep the turn, ms; and how long from somebody who signs in. */
const TURN_MS = 31_000
const PERSONS_MS = 5_000

/** Tabs of a device whose server answers refreshes when the test says so: the nth gets the token `tn`. */
function createTabs() {
  const time = createVirtualTime()
  const locks = createLocks()
  const asked: { readonly by: string; readonly what: string; answer(): void }[] = []
  const open = (name: string, hasLocks = true) => {
    const loop = createEventLoop()
    const session = createServerSession({
      clock: time,
      deviceName: 'a device',
      lastActive: () => undefined,
      setTimer: (run, ms) => time.setTimer(() => loop.whenAwake(run), ms),
      locks: hasLocks ? locks.forTab(loop.whenAwake).manager : undefined,
      http: ({ path }) =>
        new Promise((resolve) => {
          const what = path.split('/').at(-1) ?? ''
          const account = { id: 'a', role: 'client', name: 'Alex', email: 'alex@demo.test' }
          const body = { accessToken: `t${asked.length + 1}`, expiresIn: 600, account }
          asked.push({ by: name, what, answer: () => loop.whenAwake(() => resolve({ status: 200, body })) })
        }),
    })
    const granted: string[] = []
    return {
      granted,
      freeze: () => loop.freeze(),
      thaw: () => loop.thaw(),
      refresh() {
        session.rejectToken()
        void session.token().then((result) => granted.push(result.ok ? result.token : result.reason))
      },
      leave: () => void session.logout('phone'),
      signIn: () => void session.login({ email: 'sam@demo.test', password: 'p', deviceId: 'tablet' }),
    }
  }
  return {
    open,
    whoAsked: () => asked.map(({ by }) => by),
    whatWasAsked: () => asked.map(({ by, what }) => `${by}: ${what}`),
    answer: (number: number) => asked[number - 1]?.answer(),
    /** Time passes, and then everything that promises had to do. */
    async pass(ms: number) {
      time.advance(ms)
      await new Promise((resolve) => setImmediate(resolve))
    },
    waits: time.waits,
  }
}

describe('[R34] the turn to refresh the session', () => {
  it('goes from tab to tab: the second asks when the first has its answer', async () => {
    const tabs = createTabs()
    const [one, two] = [tabs.open('one'), tabs.open('two')]
    one.refresh()
    two.refresh()
    await tabs.pass(TURN_MS - 1)
    expect(tabs.whoAsked()).toEqual(['one'])
    tabs.answer(1)
    await tabs.pass(0)
    expect(tabs.whoAsked()).toEqual(['one', 'two'])
    tabs.answer(2)
    await tabs.pass(0)
    expect([one.granted, two.granted]).toEqual([['t1'], ['t2']])
    // Nothing is left that would take a turn later.
    expect(tabs.waits()).toEqual([])
  })

  it('is taken from a frozen tab after 31 seconds, and not before', async () => {
    const tabs = createTabs()
    const [frozen, two] = [tabs.open('frozen'), tabs.open('two')]
    frozen.refresh()
    await tabs.pass(0)
    frozen.freeze()
    two.refresh()
    await tabs.pass(TURN_MS - 1)
    expect(tabs.whoAsked()).toEqual(['frozen'])
    await tabs.pass(1)
    expect(tabs.whoAsked()).toEqual(['frozen', 'two'])
    tabs.answer(2)
    await tabs.pass(0)
    expect(two.granted).toEqual(['t2'])
  })

  it('once taken is no second question: the tab that wakes uses the answer that it was given', async () => {
    const tabs = createTabs()
    const [frozen, two] = [tabs.open('frozen'), tabs.open('two')]
    frozen.refresh()
    await tabs.pass(0)
    frozen.freeze()
    two.refresh()
    await tabs.pass(TURN_MS)
    tabs.answer(1)
    tabs.answer(2)
    await tabs.pass(0)
    expect(frozen.granted).toEqual([])
    frozen.thaw()
    await tabs.pass(0)
    expect(frozen.granted).toEqual(['t1'])
    expect(tabs.whoAsked()).toEqual(['frozen', 'two'])
  })

  it('waits for a tab that took it as for any other', async () => {
    const tabs = createTabs()
    const [frozen, two, three] = [tabs.open('frozen'), tabs.open('two'), tabs.open('three')]
    frozen.refresh()
    await tabs.pass(0)
    frozen.freeze()
    two.refresh()
    await tabs.pass(TURN_MS)
    frozen.thaw()
    three.refresh()
    await tabs.pass(TURN_MS - 1)
    expect(tabs.whoAsked()).toEqual(['frozen', 'two'])
    tabs.answer(2)
    await tabs.pass(0)
    expect(tabs.whoAsked()).toEqual(['frozen', 'two', 'three'])
  })

  it.each([
    ['a refresh', 'refresh', 'one: refresh-token'],
    ['a farewell', 'leave', 'one: logout'],
  ] as const)(
    'is waited for by a sign-in: the answer to %s of another tab would take its cookie away',
    async (_, how, what) => {
      const tabs = createTabs()
      const [one, two] = [tabs.open('one'), tabs.open('two')]
      one[how]()
      await tabs.pass(0)
      two.signIn()
      await tabs.pass(0)
      await tabs.pass(PERSONS_MS - 1)
      expect(tabs.whatWasAsked()).toEqual([what])
      tabs.answer(1)
      await tabs.pass(0)
      expect(tabs.whatWasAsked()).toEqual([what, 'two: login'])
      // And the other way round.
      one[how]()
      await tabs.pass(0)
      expect(tabs.whatWasAsked()).toEqual([what, 'two: login'])
      tabs.answer(2)
      await tabs.pass(0)
      expect(tabs.whatWasAsked()).toEqual([what, 'two: login', what])
    },
  )

  it('keeps nobody from signing in for long', async () => {
    const tabs = createTabs()
    const [silent, two] = [tabs.open('silent'), tabs.open('two')]
    silent.refresh()
    await tabs.pass(0)
    two.signIn()
    await tabs.pass(0)
    await tabs.pass(PERSONS_MS)
    expect(tabs.whatWasAsked()).toEqual(['silent: refresh-token', 'two: login'])
    tabs.answer(1)
    await tabs.pass(0)
    expect(silent.granted).toEqual(['t1'])
  })

  it('is not needed where there are no locks', async () => {
    const tabs = createTabs()
    const [one, two] = [tabs.open('one', false), tabs.open('two', false)]
    one.refresh()
    two.refresh()
    await tabs.pass(0)
    expect(tabs.whoAsked()).toEqual(['one', 'two'])
  })
})
