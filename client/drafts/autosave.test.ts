import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type Autosave,
  browserTimers,
  createAutosave,
  LONGEST_MS,
  QUIET_MS,
  type SaveState,
} from './autosave.ts'

describe('autosave', () => {
  let text = ''
  let saved: string[] = []
  let states: SaveState[] = []
  let failing = false
  let autosave: Autosave

  const type = (more: string) => {
    text += more
    autosave.touch()
  }

  beforeEach(() => {
    vi.useFakeTimers()
    text = ''
    saved = []
    states = []
    failing = false
    autosave = createAutosave({
      timers: browserTimers,
      write: async () => {
        const now = text
        if (failing) throw new Error('the disk is full')
        saved.push(now)
      },
      onState: (state) => states.push(state),
    })
    return () => vi.useRealTimers()
  })

  it('writes the first keystroke at once, and the others when the typing rests', async () => {
    type('a')
    await vi.advanceTimersByTimeAsync(0)
    expect(saved).toEqual(['a'])
    type('b')
    await vi.advanceTimersByTimeAsync(QUIET_MS - 1)
    expect(saved).toEqual(['a'])
    await vi.advanceTimersByTimeAsync(1)
    expect(saved).toEqual(['a', 'ab'])
    expect(states.at(-1)).toBe('saved')
  })

  it('never leaves a keystroke unwritten for a second, however long the typing goes on', async () => {
    const typedAt = new Map<string, number>()
    for (let step = 0; step < 60; step += 1) {
      type('x')
      typedAt.set(text, Date.now())
      await vi.advanceTimersByTimeAsync(50)
      const newest = saved.at(-1) ?? ''
      const oldestUnsaved = [...typedAt].find(([at]) => at.length > newest.length)
      if (oldestUnsaved) expect(Date.now() - oldestUnsaved[1]).toBeLessThanOrEqual(LONGEST_MS + 50)
    }
  })

  it('flush writes at once, and what is typed during a write goes with the next', async () => {
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    let held = true
    const seen: string[] = []
    const slow = createAutosave({
      timers: browserTimers,
      write: async () => {
        const now = text
        if (held) await gate
        seen.push(now)
      },
      onState: () => {},
    })
    text = 'one'
    slow.touch()
    const first = slow.flush()
    text = 'one two'
    slow.touch()
    const second = slow.flush()
    held = false
    release()
    await Promise.all([first, second])
    expect(seen).toEqual(['one', 'one two'])
  })

  it('says that a write failed, and tries again until it is through', async () => {
    failing = true
    type('a')
    await vi.advanceTimersByTimeAsync(QUIET_MS)
    expect(states.at(-1)).toBe('failing')
    type('b')
    await vi.advanceTimersByTimeAsync(4_000)
    expect(saved).toEqual([])
    failing = false
    await vi.advanceTimersByTimeAsync(5_000)
    expect(saved.at(-1)).toBe('ab')
    expect(states.at(-1)).toBe('saved')
  })

  it('writes what is typed while the attempt after a failure is under way', async () => {
    let fail = true
    let release = () => {}
    let gate = Promise.resolve()
    const disk: string[] = []
    const recovering = createAutosave({
      timers: browserTimers,
      write: async () => {
        const now = text
        await gate
        if (fail) throw new Error('the disk is full')
        disk.push(now)
      },
      onState: () => {},
    })
    text = 'a'
    recovering.touch()
    await vi.advanceTimersByTimeAsync(0)
    fail = false
    gate = new Promise((resolve) => {
      release = resolve
    })
    await vi.advanceTimersByTimeAsync(500)
    text = 'ab'
    recovering.touch()
    release()
    await vi.advanceTimersByTimeAsync(QUIET_MS)
    expect(disk).toEqual(['a', 'ab'])
  })

  it('tells who asked for a flush that it failed', async () => {
    failing = true
    type('a')
    await expect(autosave.flush()).rejects.toThrow('the disk is full')
  })
})
