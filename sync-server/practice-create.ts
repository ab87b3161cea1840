/**
 * For operators: the first practice of an installation, or one more, and its first admin.
 * `npm run practice:create -- --name NAME --time-zone ZONE --phone NUMBER --admin-name NAME --admin-email ADDRESS`.
 * The admin alone chooses the password, by a link: it goes out by mail, or with `--show-link` is printed here, once. No
 * password is ever an argument, where every process list and shell history would keep it.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { publishCatalogue, readCatalogue } from '../prisma/catalogue.ts'
import { createCommandLine } from './command-line.ts'
import { createOneTime } from './modules/auth/one-time.ts'
import { createPractice } from './modules/auth/practice-store.ts'
import { createLogger } from './platform/logger.ts'
import { createOutbox } from './platform/outbox.ts'
import { StartError } from './platform/start-error.ts'

const USAGE = `npm run practice:create -- --name "Harbor Light" --time-zone America/New_York --phone "+1 555 010 0199" \\
  --admin-name "Dana Reyes" --admin-email dana@example.org [--show-link] [--without-forms]`

const text = (max: number) => z.string().trim().min(1).max(max)
const isZone = (zone: string) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}
const Given = z.object({
  name: text(200),
  'time-zone': z.string().refine(isZone, 'is no time zone, such as America/New_York'),
  phone: text(50),
  'admin-name': text(100),
  'admin-email': z.email().max(254),
  'show-link': z.boolean().default(false),
  'without-forms': z.boolean().default(false),
})

const option = { type: 'string' } as const
const flag = { type: 'boolean' } as const

function readArguments(): z.infer<typeof Given> {
  try {
    const { values } = parseArgs({
      options: {
        name: option,
        'time-zone': option,
        phone: option,
        'admin-name': option,
        'admin-email': option,
        'show-link': flag,
        'without-forms': flag,
      },
    })
    const given = Given.safeParse(values)
    if (given.success) return given.data
    const [issue] = given.error.issues
    throw new StartError(`--${String(issue?.path[0])}: ${issue?.message}.\n\n${USAGE}`)
  } catch (error) {
    if (error instanceof StartError || !(error instanceof Error)) throw error
    throw new StartError(`${error.message}\n\n${USAGE}`)
  }
}

await createCommandLine(async ({ config, database }) => {
  const given = readArguments()
  const showLink = given['show-link']
  if (config.mail === undefined && !showLink)
    throw new StartError(
      'No mail server is set (PORTAL_SMTP_URL), so the link to choose a password could not be sent. Nothing was made. Set one, or use --show-link.',
    )
  if (config.origin === undefined)
    throw new StartError('PORTAL_ORIGIN is not set: the link has to lead to the address that people use.')
  const { origin } = config
  const { pepper } = config.secrets
  const clock = { now: () => Date.now() }
  // Only to put the mail in: the server sends it.
  const outbox = createOutbox({
    database,
    clock,
    logger: createLogger(config.logLevel),
    secret: pepper,
    keep: false,
  })
  const forms = given['without-forms'] ? [] : readCatalogue(join(config.root, 'prisma', 'catalogue'))
  const made = await createPractice(
    database,
    { clock, oneTime: createOneTime(pepper), outbox, origin: () => origin },
    {
      name: given.name,
      timeZone: given['time-zone'],
      phone: given.phone,
      admin: { name: given['admin-name'], email: given['admin-email'] },
      publishForms: (tx, practiceId) => publishCatalogue(tx, practiceId, forms),
      byMail: !showLink,
    },
  )
  if (!made.ok) throw new StartError(`${made.error.detail} Nothing was made.`)
  console.log(`The practice "${given.name}" is made, with ${forms.length} form(s).`)
  console.log(
    showLink
      ? `Its admin chooses a password here, once, within 3 days:\n${made.value.link}`
      : `The server sends ${given['admin-email']} a link to choose a password; it is good for 3 days.`,
  )
  return true
})
