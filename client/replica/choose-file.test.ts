import { expect, it } from 'vitest'
import { FILE_BYTES } from '../../shared/domains/documents/limits.ts'
import { readChosen } from './choose-file.ts'

const file = (content: string | Uint8Array<ArrayBuffer>, name: string, type = '') =>
  new File([content], name, { type })
const typeOf = async (chosen: File) => {
  const read = await readChosen(chosen)
  return typeof read === 'string' ? read : read.type
}

it('tells a chosen file by its content, whatever it is called', async () => {
  expect(await typeOf(file('%PDF-1.7\n', 'photo.jpg', 'image/jpeg'))).toBe('application/pdf')
  expect(await typeOf(file(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), 'photo'))).toBe('image/jpeg')
  expect(await typeOf(file(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), 'a.txt'))).toBe(
    'image/png',
  )
  expect(await typeOf(file('RIFF1234WEBPVP8 ', 'a.webp', 'image/webp'))).toBe('image/webp')
  expect(await typeOf(file('Since Monday', 'diary.TXT'))).toBe('text/plain')
})

it('does not take what the clinic would not', async () => {
  expect(await typeOf(file('MZ', 'tool.exe', 'application/pdf'))).toBe('kind')
  expect(await typeOf(file('', 'empty.pdf', 'application/pdf'))).toBe('empty')
  expect(await typeOf(file(new Uint8Array(FILE_BYTES + 1), 'large.pdf', 'application/pdf'))).toBe('too-large')
})
