import { expect, it } from 'vitest'
import { together } from './together.ts'

/** A question that waits until it is told to go on. */
function slowAsk() {
  const asked: (readonly string[])[] = []
  const waiting: ((fail?: Error) => void)[] = []
  const ask = (keys: readonly string[]) => {
    asked.push(keys)
    return new Promise<ReadonlyMap<string, string>>((resolve, reject) => {
      waiting.push((fail) => (fail ? reject(fail) : resolve(new Map(keys.map((key) => [key, `${key}!`])))))
    })
  }
  const next = async () => {
    while (waiting.length === 0) await new Promise(setImmediate)
    return waiting.shift() as (fail?: Error) => void
  }
  return { asked, ask, next }
}

it('asks at once what was asked while it waited, each key once', async () => {
  const { asked, ask, next } = slowAsk()
  const find = together(ask)
  const first = find('a')
  const goOn = await next()
  const later = [find('b'), find('c'), find('b'), find('a')]
  goOn()
  expect(await first).toBe('a!')
  ;(await next())()
  expect(await Promise.all(later)).toEqual(['b!', 'c!', 'b!', 'a!'])
  // The second 'a' was asked again: it may have changed since the first question was sent.
  expect(asked).toEqual([['a'], ['b', 'c', 'a']])
})

it('a failure is told to those who asked with it, and to nobody after them', async () => {
  const { ask, next } = slowAsk()
  const find = together(ask)
  const first = find('a')
  const told = expect(first).rejects.toThrow('gone')
  ;(await next())(new Error('gone'))
  await told
  const second = find('b')
  ;(await next())()
  expect(await second).toBe('b!')
})

it('what is not there is undefined', async () => {
  expect(await together(() => Promise.resolve(new Map()))('x')).toBeUndefined()
})
