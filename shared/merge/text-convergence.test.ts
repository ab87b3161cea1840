import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { JsonObject } from '../kernel/json.ts'
import { mergeContested } from './contested.ts'
import { fieldValue } from './fields.ts'
import type { FieldMarks } from './three-way.ts'

const FIELD = 'answers/story'
const START = ['I sleep badly.', 'Work is hard.', 'My family helps me.']

/** A device that never pulls: it goes on from its own text, one paragraph at a time, as a phone in a tunnel does. */
interface Device {
  readonly id: string
  readonly paragraph: number
  readonly words: readonly string[]
}

/** Sends the devices' texts in the order of `turns`; the base is what the device last got accepted, as on the server. */
function run(devices: readonly Device[], turns: readonly number[]) {
  let document: JsonObject = { answers: { story: START.join(' ') }, contested: {} }
  let marks: FieldMarks = { [FIELD]: { rev: 1, at: 0, device: 'clinic' } }
  let rev = 1
  const sent = devices.map(() => 0)
  const base = devices.map(() => START.join(' '))
  for (const turn of turns) {
    const device = devices[turn]
    const step = (sent[turn] ?? 0) + 1
    if (!device || step > device.words.length) continue
    sent[turn] = step
    const paragraphs = START.with(
      device.paragraph,
      [START[device.paragraph], ...device.words.slice(0, step)].join(' '),
    )
    const value = paragraphs.join(' ')
    const output = mergeContested({
      master: document,
      marks,
      baseRev: 1,
      nextRev: rev + 1,
      device: device.id,
      edits: [{ field: FIELD, value, at: rev }],
      isText: () => true,
      baseText: () => base[turn],
      deviceName: (id) => id ?? '',
    })
    if (!output.losers.some((loser) => loser.device === device.id)) base[turn] = value
    document = output.merged
    marks = output.marks
    rev++
  }
  return { text: fieldValue(document, FIELD), contested: document.contested }
}

it('[M6] [M12] texts that grow in different places end the same in every order, with every word once', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{3,6}$/), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(words, words, fc.infiniteStream(fc.nat(1)), (first, last, order) => {
      const phone = { id: 'phone', paragraph: 0, words: first.map((word) => `phone-${word}.`) }
      const tablet = { id: 'tablet', paragraph: 2, words: last.map((word) => `tablet-${word}.`) }
      const steps = first.length + last.length
      const turns = [...order.take(steps), ...Array.from({ length: steps }, () => [0, 1]).flat()]
      const expected = [[START[0], ...phone.words], [START[1]], [START[2], ...tablet.words]].flat().join(' ')
      expect(run([phone, tablet], turns)).toEqual({ text: expected, contested: {} })
    }),
    { numRuns: 300 },
  )
})

it('[M6] [M12] texts that grow in the same place keep both whole, in every order', () => {
  const turns = [0, 1, 0, 1]
  for (const order of [turns, turns.toReversed(), [0, 0, 1, 1], [1, 1, 0, 0]]) {
    const devices = ['phone', 'tablet'].map((id) => ({
      id,
      paragraph: 1,
      words: [`${id}-one.`, `${id}-two.`],
    }))
    const shown = JSON.stringify(run(devices, order))
    for (const id of ['phone', 'tablet']) expect(shown).toContain(`Work is hard. ${id}-one. ${id}-two.`)
  }
})
