/** Files that the demo practice shares: made by code, the same each time, so that a seed that was cut off goes on. */
import { crc32, deflateSync } from 'node:zlib'

export interface DemoFile {
  readonly title: string
  readonly category: 'letter' | 'care-plan' | 'education'
  readonly content: Uint8Array
}

export const demoFiles = (): readonly DemoFile[] => [
  { title: 'What to expect from your first visits', category: 'education', content: pdf(FIRST_VISITS) },
  { title: 'A breathing exercise: one slow wave', category: 'education', content: wave() },
  { title: 'Your plan for the coming weeks', category: 'care-plan', content: Buffer.from(PLAN) },
]

const FIRST_VISITS: readonly (readonly string[])[] = [
  [
    '# Harbor Light Behavioral Health',
    '12 Harbor Street',
    '',
    '# What to expect from your first visits',
    '',
    'Welcome. This letter says what happens in your first three visits,',
    'and what you can do beforehand. Nothing in it has to be learned.',
    '',
    '# The first visit',
    'We talk about what brings you here, in your own words and at your',
    'own pace. It takes about fifty minutes. You can bring somebody.',
    'Please fill in the forms in your portal before; it is fine to stop',
    'and go on later.',
    '',
    '# The second visit',
    'We look at your answers together, and at what has helped you before.',
    'You may ask for a break at any time.',
    '',
    '# The third visit',
    'We write a plan together: what you want to change, what we will try,',
    'and how we will notice that it helps.',
  ],
  [
    '# Before you come',
    '',
    'Ten minutes early is early enough. There is a lift, and the entrance',
    'is beside the pharmacy.',
    '',
    '# If you cannot come',
    '',
    'Ask for another time in your portal, or call +1 555 010 0199.',
    'Please tell us at least 24 hours before, so that somebody else can',
    'have the time.',
    '',
    '# If you need help at once',
    '',
    'Call or text 988 at any hour. In danger, call 911.',
    '',
    'Dr. Maya Lindqvist',
  ],
]

const PLAN = `Your plan for the coming weeks

1. Go to bed at the same hour, also at the weekend.
2. A walk of twenty minutes on four days of the week.
3. The breathing exercise in the evening; two minutes are enough.
4. Write down what went well, one line a day.

What we agreed to look at in three weeks:
- How often you woke up at night.
- How the mornings are.

If it becomes too much, write to us here or call +1 555 010 0199.
If you need help at once, call or text 988.
`

/** One page for each list of lines; a line that begins with `# ` is a heading. Helvetica, which every viewer has. */
function pdf(pages: readonly (readonly string[])[]): Uint8Array {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /Lang (en) >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${5 + index * 2} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>',
    ...pages.flatMap((lines, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${6 + index * 2} 0 R
/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>`,
      stream(content(lines)),
    ]),
  ]
  let text = '%PDF-1.7\n'
  const offsets = objects.map((object, index) => {
    const at = text.length
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  text += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}

const stream = (text: string) => `<< /Length ${text.length} >>\nstream\n${text}\nendstream`
const escaped = (line: string) => line.replaceAll(/[\\()]/g, '\\$&')

function content(lines: readonly string[]): string {
  const drawn = lines.map((line) =>
    line.startsWith('# ')
      ? `/F2 14 Tf (${escaped(line.slice(2))}) Tj T*`
      : `/F1 11 Tf (${escaped(line)}) Tj T*`,
  )
  return ['BT', '20 TL', '72 760 Td', ...drawn, 'ET'].join('\n')
}

const WIDTH = 640
const HEIGHT = 400

/** A picture of a slow wave, in and out: PNG, eight bits, one byte a point into a small palette. */
function wave(): Uint8Array {
  const rows = Buffer.alloc((WIDTH + 1) * HEIGHT)
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const crest = HEIGHT / 2 - Math.sin((x / WIDTH) * 2 * Math.PI - Math.PI / 2) * 110
      rows[y * (WIDTH + 1) + 1 + x] = Math.abs(y - crest) < 4 ? 2 : y > crest ? 1 : 0
    }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(WIDTH, 0)
  header.writeUInt32BE(HEIGHT, 4)
  header.set([8, 3], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from([0xf4, 0xf7, 0xf6, 0xcf, 0xe3, 0xdf, 0x1f, 0x6f, 0x66])),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  framed.set(body, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
