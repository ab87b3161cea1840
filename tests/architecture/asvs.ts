/**
 * The table of ASVS requirements: what the standard asks (docs/security/asvs-5.0.0.csv, as OWASP publishes it), what we
 * say of each (docs/security/asvs.csv), and the tests that cite it by `[V6.2.1]` in their titles.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const DOCS = join(ROOT, 'docs/security')
export const PAGE = join(DOCS, 'asvs.md')

export const STATUSES = [
  'tested',
  'by design',
  'documented',
  'operator',
  'not applicable',
  'not met',
] as const
type Status = (typeof STATUSES)[number]

export interface Requirement {
  readonly id: string
  readonly chapter: string
  readonly section: string
  readonly level: string
  readonly text: string
}
interface Verdict {
  readonly id: string
  readonly status: Status
  readonly note: string
}
export interface Citation {
  readonly id: string
  readonly file: string
  readonly title: string
}

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end !== ',') rows.push([])
  }
  return rows.filter((row) => row.length > 1)
}
const read = (name: string) =>
  parseCsv(readFileSync(join(DOCS, name), 'utf8').replace(/^\uFEFF/, '')).slice(1)

export const requirements: readonly Requirement[] = read('asvs-5.0.0.csv').map(
  ([, chapter = '', , section = '', id = '', text = '', level = '']) => ({
    id,
    chapter,
    section,
    text,
    level,
  }),
)
export const verdicts: readonly Verdict[] = read('asvs.csv').map(([id = '', status = '', note = '']) => ({
  id,
  status: status as Status,
  note,
}))

const TITLE = /(['`"])((?:(?!\1).)*\[V\d+\.\d+\.\d+\](?:(?!\1).)*)\1/g

export function readCitations(): Citation[] {
  const files = ['shared', 'client', 'sync-server', 'prisma', 'tests'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:test|spec)\.tsx?$/.test(file) && !file.endsWith('asvs.test.ts'))
      .map((file) => join(ROOT, folder, file)),
  )
  return files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(TITLE)].flatMap(([, , title = '']) =>
      (title.match(/V\d+\.\d+\.\d+(?=\])/g) ?? []).map((id) => ({
        id,
        file: relative(ROOT, file),
        title: title.replaceAll(/\[[A-Z][\d.]+\]\s*/g, ''),
      })),
    ),
  )
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim()

/** The page for people, from the three. */
export function asvsPage(citations: readonly Citation[]): string {
  const byId = new Map(verdicts.map((verdict) => [verdict.id, verdict]))
  const shown = requirements.filter(({ id }) => byId.has(id))
  const count = (status: Status) => verdicts.filter((verdict) => verdict.status === status).length
  const lines = [
    '# What ASVS 5.0 asks, and where it stands',
    '',
    'Every requirement of levels 1 and 2 of the OWASP Application Security Verification Standard 5.0.0, and some of level 3. Made by',
    '`npm run asvs` from [asvs.csv](asvs.csv), the titles of the tests and the official list; `npm run check` compares them.',
    '',
    'The texts of the requirements are © OWASP Foundation, from the [Application Security Verification Standard](https://owasp.org/www-project-application-security-verification-standard/)',
    '5.0.0, [CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/), unchanged; this page and the two lists beside it are under the same licence.',
    '',
    '| | |',
    '|---|---|',
    `| ${count('tested')} **tested** | the tests that are named show it |`,
    `| ${count('by design')} **by design** | so it is built, as the note says; no test shows it |`,
    `| ${count('documented')} **documented** | it asks for documentation, which is named |`,
    `| ${count('operator')} **operator** | it is decided where the server is run |`,
    `| ${count('not applicable')} **not applicable** | there is nothing it could apply to |`,
    `| ${count('not met')} **not met** | and why |`,
  ]
  let section = ''
  for (const { id, level, text, chapter, section: name } of shown) {
    if (section !== `${chapter}: ${name}`) {
      section = `${chapter}: ${name}`
      lines.push('', `## ${section}`, '', '| | level | requirement | | |', '|---|---|---|---|---|')
    }
    const verdict = byId.get(id)
    const tests = citations
      .filter((citation) => citation.id === id)
      .map(({ file, title }) => `[${cell(title)}](../../${file})`)
    const why = [verdict?.note ?? '', ...tests].filter((part) => part !== '').map(cell)
    lines.push(`| ${id} | ${level} | ${cell(text)} | ${verdict?.status} | ${why.join('<br>')} |`)
  }
  return `${lines.join('\n')}\n`
}
