/**
 * The configuration: the only reader of the environment. Every mistake is one plain line naming its variable.
 * In production the three secrets must be given (the key-encryption key may be in KMS instead); in development they are
 * made once, below the data directory.
 */
import { existsSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { contradictions, Environment, type Values } from './environment.ts'
import { misspelt } from './misspelt.ts'
import type { SendGridSettings } from './platform/sendgrid-mailer.ts'
import type { TwilioSettings } from './platform/sms-sender.ts'
import { StartError } from './platform/start-error.ts'
import { developmentSecrets, readSecrets, type Secrets } from './secrets.ts'

export interface Config {
  /** The repository: where migrations, the form catalogue and the built app lie. */
  readonly root: string
  /** 0 = any free port. */
  readonly port: number
  readonly host: string
  /** Where browsers see the server, without a trailing slash. Unset: http://localhost:<port>. */
  readonly origin: string | undefined
  /** How the paths begin that a shared balancer passes on; browsers do not see it. */
  readonly pathPrefix: string | undefined
  readonly dataDir: string
  /** Undefined: the embedded database below the data directory. */
  readonly databaseUrl: string | undefined
  /** The same database as the owner of its tables, where DATABASE_URL is not. */
  readonly ownerUrl: string | undefined
  /** Where signed ends of the audit chains are written; undefined with a database in memory. */
  readonly auditHeadsDir: string | undefined
  /** Where several servers meet; undefined: this is the only one. */
  readonly redisUrl: string | undefined
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[]
  /** Private networks to which the record system's webhooks may go; everywhere else they need https. */
  readonly webhookNetworks: readonly string[]
  /** Where operators ask for metrics; never the port of the clients. */
  readonly operations: { readonly port: number; readonly host: string } | undefined
  /** How long a server that is to stop says "not ready" and serves on, so that no request is sent to it any more; ms. */
  readonly drainMs: number
  /** Where programs of the machine are looked for. */
  readonly programFolders: readonly string[]
  /** Embedded database in memory only (tests). */
  readonly inMemory: boolean
  readonly production: boolean
  /** The mail server or SendGrid, and the address mails come from; undefined: none. */
  readonly mail:
    | { readonly via: 'smtp'; readonly url: string; readonly from: string }
    | ({ readonly via: 'sendgrid' } & SendGridSettings)
    | undefined
  /** What SendGrid signs its events with; undefined: nobody is listened to. */
  readonly sendGridWebhookKey: string | undefined
  /** Undefined: no text messages. */
  readonly twilio: TwilioSettings | undefined
  /** The payment service; undefined: none (outside production a demo's). */
  readonly stripe: { readonly secretKey: string; readonly webhookSecrets: readonly string[] } | undefined
  readonly logLevel: string
  readonly secrets: Secrets
  /** AWS KMS as a key-encryption key; `current`: it wraps, and is not only read. */
  readonly kms:
    | { readonly keyArn: string; readonly endpoint?: string | undefined; readonly current: boolean }
    | undefined
  /** Where the bytes of files lie; undefined: below the data directory. */
  readonly s3:
    | {
        readonly bucket: string
        readonly region: string
        readonly prefix: string
        readonly endpoint?: string | undefined
      }
    | undefined
  /** ClamAV's daemon, `host:port` or a socket's path; undefined: files are not scanned. */
  readonly clamd: string | undefined
  /** Do the keys of the tokens lie in the data directory, and not in the environment? */
  readonly keepsSigningKeys: boolean
}

/** Throws StartError with one line per mistake. Variables set to nothing count as unset. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(given)
  const lines = misspelt(Object.keys(given), Object.keys(Environment.shape))
  for (const { path, message } of parsed.error?.issues ?? []) lines.push(`${path.join('.')} ${message}.`)
  if (!parsed.success || lines.length > 0) throw new StartError(lines.join('\n'))
  const values = parsed.data
  const root = projectRoot()
  const production = values.NODE_ENV === 'production'
  const dataDir = isAbsolute(values.PORTAL_DATA_DIR)
    ? values.PORTAL_DATA_DIR
    : resolve(root, values.PORTAL_DATA_DIR)
  const inMemory = values.PORTAL_DATA_DIR === 'memory:'
  const kms = kmsOf(values)
  const givenSecrets = {
    kek: values.PORTAL_KEK,
    previousKeks: values.PORTAL_KEK_PREVIOUS,
    pepper: values.PORTAL_PEPPER,
    signingKey: values.PORTAL_SIGNING_KEY,
  }
  const readAll = () =>
    production
      ? readSecrets(givenSecrets, kms?.current !== true)
      : developmentSecrets(givenSecrets, inMemory ? undefined : dataDir)
  return {
    secrets: soundWith(contradictions(values, production), readAll, production),
    root,
    port: values.PORT,
    host: values.HOST,
    origin: values.PORTAL_ORIGIN,
    pathPrefix: values.PORTAL_PATH_PREFIX,
    dataDir,
    databaseUrl: values.DATABASE_URL,
    ownerUrl: values.DATABASE_OWNER_URL,
    auditHeadsDir:
      values.PORTAL_AUDIT_HEADS_DIR === undefined
        ? inMemory
          ? undefined
          : join(dataDir, 'audit-heads')
        : resolve(root, values.PORTAL_AUDIT_HEADS_DIR),
    redisUrl: values.REDIS_URL,
    trustedProxies: values.PORTAL_TRUSTED_PROXIES,
    webhookNetworks: values.PORTAL_WEBHOOK_NETWORKS,
    operations:
      values.PORTAL_METRICS_PORT === undefined
        ? undefined
        : { port: values.PORTAL_METRICS_PORT, host: values.PORTAL_METRICS_HOST },
    drainMs: 1000 * (values.PORTAL_DRAIN_SECONDS ?? (production ? 5 : 0)),
    programFolders: (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
    inMemory,
    production,
    mail: mailOf(values),
    sendGridWebhookKey: values.PORTAL_SENDGRID_WEBHOOK_KEY,
    twilio: twilioOf(values),
    stripe:
      values.STRIPE_SECRET_KEY === undefined || values.STRIPE_WEBHOOK_SECRET === undefined
        ? undefined
        : { secretKey: values.STRIPE_SECRET_KEY, webhookSecrets: values.STRIPE_WEBHOOK_SECRET },
    // A terminal stays readable; a production server says what it does.
    logLevel: values.PORTAL_LOG_LEVEL ?? (production ? 'info' : 'warn'),
    kms,
    s3:
      values.PORTAL_S3_BUCKET === undefined
        ? undefined
        : {
            bucket: values.PORTAL_S3_BUCKET,
            region: values.PORTAL_S3_REGION,
            prefix: values.PORTAL_S3_PREFIX,
            endpoint: values.PORTAL_S3_ENDPOINT,
          },
    clamd: values.PORTAL_CLAMD,
    keepsSigningKeys: !production && !inMemory && givenSecrets.signingKey === undefined,
  }
}

/** Throws one StartError with all the mistakes, those of the secrets as well. */
function soundWith(mistakes: readonly string[], secrets: () => Secrets, production: boolean): Secrets {
  const lines = [...mistakes]
  try {
    // In development they are made, and a start that fails makes nothing.
    const read = lines.length === 0 || production ? secrets() : undefined
    if (lines.length === 0 && read !== undefined) return read
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    lines.push(error.message)
  }
  throw new StartError(lines.join('\n'))
}

function mailOf(values: Values): Config['mail'] {
  const { PORTAL_MAIL_FROM: from, PORTAL_SMTP_URL: url, PORTAL_SENDGRID_KEY: key } = values
  if (from === undefined) return undefined
  if (key !== undefined) return { via: 'sendgrid', key, from, endpoint: values.PORTAL_SENDGRID_ENDPOINT }
  return url === undefined ? undefined : { via: 'smtp', url, from }
}

function twilioOf(values: Values): Config['twilio'] {
  const { PORTAL_TWILIO_ACCOUNT: account, PORTAL_TWILIO_TOKEN: token, PORTAL_TWILIO_FROM: from } = values
  if (account === undefined || token === undefined || from === undefined) return undefined
  return { account, token, from, endpoint: values.PORTAL_TWILIO_ENDPOINT }
}

const kmsOf = (values: Values): Config['kms'] =>
  values.PORTAL_KMS_KEY === undefined
    ? undefined
    : {
        keyArn: values.PORTAL_KMS_KEY,
        endpoint: values.PORTAL_KMS_ENDPOINT,
        current: values.PORTAL_KEK_CURRENT !== 'kek',
      }

/** The server may run from its sources or bundled from dist/: the repository is where package.json is. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new StartError('The server is not inside its repository (no package.json).')
    folder = parent
  }
  return folder
}
