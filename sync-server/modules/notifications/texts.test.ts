import { describe, expect, it } from 'vitest'
import { LANGUAGES, NOTICE_KINDS } from '../../../shared/domains/profile/preferences.ts'
import { EVENTS, SPECS } from './events.ts'
import { noticeMail } from './notice-mail.ts'
import { createNoticeSecrets } from './notice-secrets.ts'
import { textsOf } from './texts.ts'

const ORIGIN = 'https://portal.example.org'
const all = LANGUAGES.flatMap((language) =>
  EVENTS.flatMap((event) => [false, true].map((other) => ({ language, event, other }))),
)
const mailOf = (choice: (typeof all)[number]) =>
  noticeMail({
    ...choice,
    id: '5e0c3b7e-6d0f-4f7a-9a43-0f3f2f0c9a11',
    to: 'reader@example.org',
    origin: ORIGIN,
    unsubscribe: SPECS[choice.event].kind === 'security' ? undefined : `${ORIGIN}/api/v1/unsubscribe/x`,
  })

describe('texts of notifications', () => {
  it.each(all)(
    '[N6] $event in $language (other: $other) is a text of its own without a figure or a name',
    (choice) => {
      const { title, line } = textsOf(choice.language).events[choice.event](choice.other)
      const said = `${title}. ${line}`
      expect(said).not.toMatch(/\d/)
      // Nothing that a template could be filled with.
      expect(said).not.toMatch(/[{}$%<>@]|undefined|null/)
      expect(said).not.toMatch(
        /therap|terap|behavio|mental|psych|psiq|counsel|medic|refill|receta|diagnos|depress|anx|ansie|clinic|dr\.|harbor/i,
      )
      // No word with a capital letter but those that begin a sentence.
      expect(said).not.toMatch(/[a-zñáéíóú,] [A-ZÁÉÍÓÚ]/)
      expect(title.length).toBeLessThanOrEqual(70)
    },
  )

  it.each(all)('[N6] a mail of $event in $language says no more than that', (choice) => {
    const { subject, text, html } = mailOf(choice)
    const { title, line } = textsOf(choice.language).events[choice.event](choice.other)
    expect(subject).toBe(title)
    const { footer, open, changePassword, unsubscribe } = textsOf(choice.language)
    const rest = [line, footer, open, changePassword, unsubscribe, `${ORIGIN}/api/v1/unsubscribe/x`]
      .concat(`${ORIGIN}/forgot-password`, `${ORIGIN}/`, '-- ')
      .reduce((left, known) => left.replaceAll(known, ''), text)
    expect(rest.replaceAll(/[\s:]/g, '')).toBe('')
    expect(html).toContain(`lang="${choice.language}"`)
  })

  it('differ between what is one’s own and what is somebody else’s, and between languages', () => {
    const titles = all
      .filter(({ event }) => event !== 'new_device')
      .map(({ language, event, other }) => textsOf(language).events[event](other).title)
    expect(new Set(titles).size).toBe(titles.length)
  })

  it('[N8] a link ends what it was signed for, and nothing else', () => {
    const secrets = createNoticeSecrets(new Uint8Array(32).fill(7))
    const accountId = '5e0c3b7e-6d0f-4f7a-9a43-0f3f2f0c9a11'
    for (const kind of NOTICE_KINDS) {
      const token = secrets.unsubscribeToken({ accountId, kind })
      expect(secrets.readUnsubscribe(token)).toEqual({ accountId, kind })
      const others = [
        token.replace('5e0c', '5e0d'),
        token.replace(`.${kind}.`, '.other.'),
        token.slice(0, -2),
      ]
      for (const other of [...others, `${token}A`, '', 'x.y.z'])
        expect(secrets.readUnsubscribe(other), other).toBeUndefined()
      expect(createNoticeSecrets(new Uint8Array(32).fill(8)).readUnsubscribe(token)).toBeUndefined()
    }
  })
})
