/** What follows from an answer waits for the key's own frame, and for nothing else. */
import { expect, it } from 'vitest'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import { createFollower, type Later } from './following.ts'

function openFollower() {
  const listeners = new Set<() => void>()
  const state = { draft: { answers: {} } as Draft, frames: [] as (() => void)[] }
  const later: Later = (callback) => {
    state.frames.push(callback)
    return () => {
      state.frames = state.frames.filter((each) => each !== callback)
    }
  }
  const store = {
    snapshot: () => ({ draft: state.draft, save: 'saved' as const, displaced: new Map() }),
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const answer = (value: string) => {
    state.draft = { ...state.draft, answers: { q: value } }
    for (const listener of listeners) listener()
  }
  const follower = createFollower(store, later)
  const seen: unknown[] = []
  const leave = follower.subscribe(() => seen.push(follower.draft().answers.q))
  const nextFrame = () => {
    for (const callback of [...state.frames]) callback()
  }
  return { follower, answer, seen, leave, nextFrame, state, listeners }
}

it('draws what follows from typing a frame later, once for all keys of that frame', () => {
  const { follower, answer, seen, nextFrame, state } = openFollower()
  for (const text of ['a', 'ab']) follower.typing(() => answer(text))
  expect(seen).toEqual([])
  expect(follower.draft().answers).toEqual({})
  expect(state.frames.length).toBe(1)
  nextFrame()
  expect(seen).toEqual(['ab'])
  expect(state.frames).toEqual([])
})

it('follows any other change at once', () => {
  const { follower, answer, seen, nextFrame } = openFollower()
  answer('from another device')
  expect(seen).toEqual(['from another device'])
  follower.typing(() => answer('typed'))
  answer('typed, and merged')
  nextFrame()
  expect(seen).toEqual(['from another device', 'typed, and merged'])
})

it('an edit that fails leaves nothing waiting', () => {
  const { follower, answer, seen } = openFollower()
  expect(() =>
    follower.typing(() => {
      throw new Error('no')
    }),
  ).toThrow('no')
  answer('next')
  expect(seen).toEqual(['next'])
})

it('who left is not called, and who comes sees the newest', () => {
  const { follower, answer, seen, leave, nextFrame, listeners } = openFollower()
  follower.typing(() => answer('typed'))
  leave()
  nextFrame()
  expect(seen).toEqual([])
  expect(listeners.size).toBe(0)
  expect(follower.draft().answers.q).toBe('typed')
})
