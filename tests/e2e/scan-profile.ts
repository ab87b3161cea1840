/** Searches every byte of every file below a folder for texts, in UTF-8 and in UTF-16 (Chromium uses both). */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface Finding {
  readonly file: string
  readonly text: string
  readonly encoding: 'utf8' | 'utf16le'
}

export function scanProfile(
  folder: string,
  texts: readonly string[],
): { files: number; bytes: number; findings: Finding[] } {
  const findings: Finding[] = []
  let files = 0
  let bytes = 0
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, name)
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) continue
    const content = readFileSync(file)
    files += 1
    bytes += content.length
    for (const text of texts)
      for (const encoding of ['utf8', 'utf16le'] as const)
        if (content.includes(Buffer.from(text, encoding))) findings.push({ file: name, text, encoding })
  }
  return { files, bytes, findings }
}
