import { expect, it } from 'vitest'
import { packedBody, unpackedBody } from './sealed-body.ts'

const marks = {
  'answers/mood': { rev: 3, at: 1_000, device: 'phone' },
  'answers/story': { rev: 4, at: 2_000, device: null, agreed: [{ at: 3_000, device: 'tablet' }] },
  status: { rev: 2, at: 500, device: 'phone', agreed: [{ at: 600, device: null }] },
}
const document = { body: { answers: { mood: 'fine' } }, server: { note: 'x' }, marks }

it('a body comes back as it was sealed, marks of several devices included', () => {
  const sealed = JSON.stringify(packedBody(document))
  expect(unpackedBody(JSON.parse(sealed))).toEqual(document)
  expect(sealed.length).toBeLessThan(JSON.stringify(document).length)
})

it('a field of any name keeps its mark', () => {
  const named = JSON.parse('{"__proto__":{"rev":1,"at":1,"device":"phone"}}')
  const back = unpackedBody(JSON.parse(JSON.stringify(packedBody({ ...document, marks: named }))))
  expect(Object.entries(back.marks)).toEqual(Object.entries(named))
})

it('a body that was sealed before marks were packed is read as it is', () => {
  expect(unpackedBody(JSON.parse(JSON.stringify(document)))).toEqual(document)
})
