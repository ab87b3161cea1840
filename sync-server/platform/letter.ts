/** A mail from what it says: as plain text, and as HTML without a picture, a script or anything that is fetched. */
import type { Mail } from './mailer.ts'

export interface Letter {
  readonly subject: string
  /** Paragraphs; the code or the link stands after the first. */
  readonly lines: readonly string[]
  readonly code?: string
  readonly link?: { readonly label: string; readonly href: string }
}

interface Frame {
  readonly footer: string
  readonly language: string
  /** A link below everything. */
  readonly end?: { readonly label: string; readonly href: string } | undefined
}

export function written(
  { subject, lines, code, link }: Letter,
  { footer, language, end }: Frame,
): Omit<Mail, 'to'> {
  const [first = '', ...rest] = lines
  const spaced = code?.replace(/(\d{3})(?=\d)/g, '$1 ')
  const text = [
    first,
    spaced ?? (link && `${link.label}:\n${link.href}`),
    ...rest,
    `-- \n${footer}`,
    end && `${end.label}: ${end.href}`,
  ]
  const middle =
    spaced !== undefined
      ? `<p style="font-size:28px;font-weight:600;letter-spacing:2px;margin:24px 0">${escapeHtml(spaced)}</p>`
      : link !== undefined
        ? `<p style="margin:24px 0"><a href="${escapeHtml(link.href)}" style="background:#0b6b62;color:#ffffff;padding:12px 20px;border-radius:6px;text-decoration:none;display:inline-block">${escapeHtml(link.label)}</a></p>`
        : ''
  const last = end
    ? ` <a href="${escapeHtml(end.href)}" style="color:inherit">${escapeHtml(end.label)}</a>`
    : ''
  const paragraph = (line: string) => `<p>${escapeHtml(line)}</p>`
  return {
    subject,
    text: `${text.filter((part) => part !== undefined).join('\n\n')}\n`,
    html: `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body style="font:16px/1.5 system-ui,sans-serif;color:#16211f;background:#ffffff;max-width:34rem;margin:0 auto;padding:24px"><h1 style="font-size:20px">${escapeHtml(subject)}</h1>${paragraph(first)}${middle}${rest.map(paragraph).join('')}<p style="color:#5a6b68;font-size:14px">${escapeHtml(footer)}${last}</p></body></html>`,
  }
}

export const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
