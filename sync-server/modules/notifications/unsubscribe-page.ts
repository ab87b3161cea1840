/** The page behind the link that ends mails of a kind. Plain HTML: it works in the browser of any mail program. */
import type { Language, NoticeKind } from '../../../shared/domains/profile/preferences.ts'
import { escapeHtml } from '../../platform/letter.ts'

interface Words {
  readonly kinds: Readonly<Record<NoticeKind, string>>
  readonly question: string
  readonly button: string
  readonly profile: string
  readonly done: string
  readonly open: string
  readonly broken: string
  readonly choose: string
}
const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    kinds: {
      message: 'New messages',
      appointment: 'Appointments',
      form: 'Forms',
      refill: 'Refills',
      billing: 'Bills',
      security: 'Security of your account',
    },
    question: 'Shall these mails end?',
    button: 'No more of these mails',
    profile: 'You can have them again at any time: in the portal, under Profile.',
    done: 'No more of these mails will come.',
    open: 'Open the portal',
    broken: 'This link is not complete',
    choose: 'Nothing was changed. Which mails you get you choose in the portal, under Profile.',
  },
  es: {
    kinds: {
      message: 'Mensajes nuevos',
      appointment: 'Citas',
      form: 'Formularios',
      refill: 'Renovaciones',
      billing: 'Facturas',
      security: 'Seguridad de su cuenta',
    },
    question: '¿No quiere recibir más estos correos?',
    button: 'No recibir más estos correos',
    profile: 'Puede volver a recibirlos en cualquier momento: en el portal, en Perfil.',
    done: 'No recibirá más estos correos.',
    open: 'Abrir el portal',
    broken: 'Este enlace no está completo',
    choose: 'No se ha cambiado nada. Qué correos recibe se elige en el portal, en Perfil.',
  },
}

const page = (language: Language, title: string, body: string) => `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/api/v1/docs.css"></head><body><main>${body}</main></body></html>`

/** The form goes to its own address. */
export function unsubscribePage(kind: NoticeKind, language: Language): string {
  const words = WORDS[language]
  return page(
    language,
    words.question,
    `<h1>${escapeHtml(words.question)}</h1><p>${escapeHtml(words.kinds[kind])}</p><form method="post"><button name="List-Unsubscribe" value="One-Click">${escapeHtml(words.button)}</button></form><p>${escapeHtml(words.profile)}</p>`,
  )
}

export const endedPage = (language: Language): string => saying(language, 'done', 'profile')

/** Mail programs break long lines, and their readers copy the half of it. */
export const brokenLinkPage = (language: Language): string => saying(language, 'broken', 'choose')

function saying(language: Language, title: 'done' | 'broken', text: 'profile' | 'choose'): string {
  const words = WORDS[language]
  return page(
    language,
    words[title],
    `<h1>${escapeHtml(words[title])}</h1><p>${escapeHtml(words[text])}</p><p><a href="/">${escapeHtml(words.open)}</a></p>`,
  )
}
