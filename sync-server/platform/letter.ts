/** A mail from what it says: as plain text, and as HTML without a picture, a script or anything that is fetched. */
import type { Mail } from './mailer.ts'

export interface Letter {
  readonly subject: string
  /** Paragraphs; the code or the link stands after the first. */
  readonly lines: readonly string[]
  readonly code?: string
  readonly link?: { readonly label: string; readonly href: string }
}

/** A letter in one language. */
export interface LetterPart {
  readonly letter: Letter
  readonly footer: string
  readonly language: string
  /** A link below everything. */
  readonly end?: { readonly label: string; readonly href: string } | undefined
}

/** One below the other where there are several. */
export function written(parts: readonly LetterPart[]): Omit<Mail, 'to'> {
  const subject = parts.map(({ letter }) => letter.subject).join(' / ')
  const [language = 'en'] = parts.map((part) => part.language)
  return {
    subject,
    text: parts.map((part, index) => textOf(part, index > 0, index === parts.length - 1)).join('\n\n'),
    html: `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body style="font:16px/1.5 system-ui,sans-serif;color:#16211f;background:#ffffff;max-width:34rem;margin:0 auto;padding:24px">${parts.map(htmlOf).join('<hr style="border:0;border-top:1px solid #cfdad7;margin:32px 0">')}</body></html>`,
  }
}

const spaced = (code: string | undefined) => code?.replace(/(\d{3})(?=\d)/g, '$1 ')

function textOf(
  { letter: { subject, lines, code, link }, footer, end }: LetterPart,
  isTitled: boolean,
  isLast: boolean,
): string {
  const [first = '', ...rest] = lines
  const text = [
    isTitled ? `* * *\n\n${subject}` : undefined,
    first,
    spaced(code) ?? (link && `${link.label}:\n${link.href}`),
    ...rest,
    // What stands below the sign is put away by programs that read mail.
    isLast ? `-- \n${footer}` : footer,
    end && `${end.label}: ${end.href}`,
  ]
  return `${text.filter((part) => part !== undefined).join('\n\n')}\n`
}

function htmlOf({ letter: { subject, lines, code, link }, footer, language, end }: LetterPart): string {
  const [first = '', ...rest] = lines
  const shown = spaced(code)
  const middle =
    shown !== undefined
      ? `<p style="font-size:28px;font-weight:600;letter-spacing:2px;margin:24px 0">${escapeHtml(shown)}</p>`
      : link !== undefined
        ? `<p style="margin:24px 0"><a href="${escapeHtml(link.href)}" style="background:#0b6b62;color:#ffffff;padding:12px 20px;border-radius:6px;text-decoration:none;display:inline-block">${escapeHtml(link.label)}</a></p>`
        : ''
  const last = end
    ? ` <a href="${escapeHtml(end.href)}" style="color:inherit">${escapeHtml(end.label)}</a>`
    : ''
  const paragraph = (line: string) => `<p>${escapeHtml(line)}</p>`
  return `<div lang="${language}"><h1 style="font-size:20px">${escapeHtml(subject)}</h1>${paragraph(first)}${middle}${rest.map(paragraph).join('')}<p style="color:#5a6b68;font-size:14px">${escapeHtml(footer)}${last}</p></div>`
}

export const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
