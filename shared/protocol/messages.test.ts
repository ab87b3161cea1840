import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COLLECTION_NAMES, COLLECTIONS, collectionByNumber } from './collections.ts'
import { Hello, Mutation, PullRequest, PushRequest } from './messages.ts'
import { LIMITS } from './terms.ts'

const ID = '0196f3c1-0000-7000-8000-00000000000a'
const mutation: readonly unknown[] = [1, 6, ID, 0, 1_700_000_000_000, [['answers/a', 'x']]]
const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success

describe('collections', () => {
  it('[P1] keep their numbers for ever', () => {
    expect(Object.fromEntries(COLLECTION_NAMES.map((name) => [name, COLLECTIONS[name].number]))).toEqual({
      appointments: 1,
      requests: 2,
      messages: 3,
      receipts: 4,
      definitions: 5,
      drafts: 6,
      submissions: 7,
      medications: 8,
      documents: 9,
      billing: 10,
      profile: 11,
      notices: 12,
    })
    expect(collectionByNumber(6)).toBe('drafts')
    expect(collectionByNumber(13)).toBeUndefined()
  })

  it('[P1] an unknown number is a sound message, to be refused for that mutation alone', () => {
    expect(accepts(PushRequest, { client: ID, mutations: [mutation, mutation.with(1, 99)] })).toBe(true)
  })
})

describe('messages', () => {
  it('[P8] mutation numbers start at 1 and are whole', () => {
    expect(accepts(Mutation, mutation)).toBe(true)
    for (const number of [0, -1, 1.5, '1', null])
      expect(accepts(Mutation, mutation.with(0, number))).toBe(false)
  })

  it('[P24] an id has one spelling', () => {
    const upper = ID.toUpperCase()
    expect(accepts(Mutation, mutation.with(2, upper))).toBe(false)
    expect(accepts(PullRequest, { client: ID, after: 0, upTo: null })).toBe(true)
    expect(accepts(PullRequest, { client: upper, after: 0, upTo: null })).toBe(false)
  })

  it('[P10] [P11] a mutation says what its writer saw and when it wrote', () => {
    for (const wrong of [-1, 0.5, undefined]) {
      expect(accepts(Mutation, mutation.with(3, wrong))).toBe(false)
      expect(accepts(Mutation, mutation.with(4, wrong))).toBe(false)
    }
    expect(accepts(Mutation, mutation.with(5, [['answers/a', 'x', 1_500]]))).toBe(true)
    expect(accepts(Mutation, mutation.with(5, [['answers/a', 'x', -1]]))).toBe(false)
  })

  it('[P24] takes what is at the limit, and nothing above it', () => {
    const fields = (count: number) => Array.from({ length: count }, (_, index) => [`answers/${index}`, true])
    expect(accepts(Mutation, mutation.with(5, fields(LIMITS.fieldsPerMutation)))).toBe(true)
    expect(accepts(Mutation, mutation.with(5, fields(LIMITS.fieldsPerMutation + 1)))).toBe(false)
    expect(accepts(Mutation, mutation.with(5, []))).toBe(false)
    const path = (length: number) => [['x'.repeat(length), true]]
    expect(accepts(Mutation, mutation.with(5, path(LIMITS.fieldPathLength)))).toBe(true)
    expect(accepts(Mutation, mutation.with(5, path(LIMITS.fieldPathLength + 1)))).toBe(false)
    const push = (count: number) => ({ client: ID, mutations: Array.from({ length: count }, () => mutation) })
    expect(accepts(PushRequest, push(LIMITS.mutationsPerPush))).toBe(true)
    expect(accepts(PushRequest, push(LIMITS.mutationsPerPush + 1))).toBe(false)
    const page = (limit: number) => ({ client: ID, after: 0, upTo: null, limit })
    expect(accepts(PullRequest, page(LIMITS.pullPage))).toBe(true)
    expect(accepts(PullRequest, page(LIMITS.pullPage + 1))).toBe(false)
  })

  it('[P24] no message of the wrong shape passes, and none makes the parser throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const schema of [Hello, PushRequest, PullRequest]) expect(accepts(schema, value)).toBe(false)
      }),
    )
  })
})
