/** What a push costs the database: a handful of round trips, however many mutations it carries. */
import { expect, it } from 'vitest'
import type { Database, DirectTransaction } from '../../sync-server/platform/database.ts'
import { describeOverDatabases, openPractice } from '../harness/practice.ts'

/** Counts every call of a method on the transaction or on one of its models. */
function counting<T extends object>(target: T, count: (name: PropertyKey) => void): T {
  return new Proxy(target, {
    get(object, property) {
      const value: unknown = Reflect.get(object, property)
      if (typeof value === 'function')
        return (...args: unknown[]) => {
          count(property)
          return Reflect.apply(value, object, args)
        }
      return typeof value === 'object' && value !== null ? counting(value, count) : value
    },
  })
}

describeOverDatabases('round trips', (open) => {
  it('a push of 500 mutations in ten drafts costs as many as a push of one, and at most 11', async () => {
    const database = await open()
    let trips = 0
    const counted: Database = {
      ...database,
      direct: (run) =>
        database.direct((tx) =>
          run(
            counting<DirectTransaction>(tx, (name) => {
              // What leaves with the commit is counted as the statements that it is.
              if (name !== 'commitWith') trips += 1
            }),
          ),
        ),
    }
    const practice = await openPractice(counted)
    const client = await practice.client()
    const drafts: string[] = []
    for (let index = 0; index < 10; index++) drafts.push(await practice.assign(client.clientId))
    const phone = await practice.device(client)
    const tablet = await practice.device(client)
    let value = 0
    const write = (index: number) => {
      value += 1
      const fields = {
        'answers/mood': `value ${value}`,
        'answers/story': `Story number ${value}.`,
        status: 'draft',
      }
      return { id: drafts[index % 10] ?? '', baseRev: 1, fields }
    }
    const cost = async (mutations: number, device = phone) => {
      trips = 0
      await device.push(...Array.from({ length: mutations }, (_, index) => write(index)))
      return trips
    }
    // The first write of a process opens the client's key; from then on it is kept.
    await cost(1)
    const one = await cost(1)
    const many = await cost(500)
    expect(many).toBe(one)
    expect(many).toBeLessThanOrEqual(11)
    // Every one of these is in conflict: the names of the devices and the base of each text are asked for once.
    expect(await cost(500, tablet)).toBeLessThanOrEqual(many + 1 + drafts.length)
  })
})
