/**
 * The configuration: the only reader of the environment. Every mistake is one plain line naming its variable.
 * In production the three secrets must be given (the key-encryption key may be in KMS instead); in development they are
 * made once, below the data directory.
 */
import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { isAddressOrNetwork } from './http/client-address.ts'
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
  /** Embedded database in memory only (tests). */
  readonly inMemory: boolean
  readonly production: boolean
  /** The mail server, and the address mails come from; undefined: none. */
  readonly mail: { readonly url: string; readonly from: string } | undefined
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

const Environment = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a number from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a number from 0 to 65535')
    .default(4000),
  HOST: z.string().min(1, 'must not be empty').default('127.0.0.1'),
  NODE_ENV: z.string().optional(),
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl, 'must look like postgresql://user:password@host:5432/database')
    .optional(),
  DATABASE_OWNER_URL: z
    .string()
    .refine(isPostgresUrl, 'must look like postgresql://user:password@host:5432/database')
    .optional(),
  PORTAL_AUDIT_HEADS_DIR: z.string().optional(),
  REDIS_URL: z
    .string()
    .refine(isRedisUrl, 'must look like redis://user:password@host:6379, or rediss:// with TLS')
    .optional(),
  PORTAL_TRUSTED_PROXIES: z
    .string()
    .transform((value) => value.split(',').map((entry) => entry.trim()))
    .refine(
      (entries) => entries.every(isAddressOrNetwork),
      'must be addresses or networks with commas between them, such as 127.0.0.1,10.0.0.0/8',
    )
    .default([]),
  PORTAL_WEBHOOK_NETWORKS: z
    .string()
    .transform((value) => value.split(',').map((entry) => entry.trim()))
    .refine(
      (entries) => entries.every(isAddressOrNetwork),
      'must be addresses or networks with commas between them, such as 127.0.0.1,10.0.0.0/8',
    )
    .default([]),
  PORTAL_DATA_DIR: z.string().min(1, 'must not be empty').default('.data'),
  PORTAL_ORIGIN: z
    .string()
    .refine(isOrigin, 'must look like https://portal.example.org, without a path')
    .transform((value) => new URL(value).origin)
    .optional(),
  PORTAL_SMTP_URL: z
    .string()
    .refine(isSmtpUrl, 'must look like smtp://user:password@host:587, or smtps:// with TLS from the start')
    .optional(),
  PORTAL_MAIL_FROM: z
    .string()
    .regex(/^[^\r\n<>]*<?[^\s<>@]+@[^\s<>@]+>?$/, 'must look like Harbor Light <portal@example.org>')
    .optional(),
  PORTAL_LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be a level such as info or warn',
    )
    .optional(),
  PORTAL_KEK: z.string().optional(),
  PORTAL_KEK_PREVIOUS: z.string().optional(),
  PORTAL_KMS_KEY: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[\w/-]+$/,
      'must be the ARN of a KMS key, such as arn:aws:kms:eu-west-1:111122223333:key/…',
    )
    .optional(),
  PORTAL_KMS_ENDPOINT: z.url('must be an address, such as https://kms.eu-west-1.amazonaws.com').optional(),
  PORTAL_KEK_CURRENT: z.enum(['kek', 'kms'], 'must be kek or kms').optional(),
  PORTAL_S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .optional(),
  PORTAL_S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be a region such as eu-west-1')
    .default('us-east-1'),
  PORTAL_S3_PREFIX: z
    .string()
    .regex(/^([\w.-]+\/)+$/, 'must end with a slash, such as portal/')
    .default('portal/'),
  PORTAL_S3_ENDPOINT: z.url('must be an address, such as https://s3.eu-west-1.amazonaws.com').optional(),
  PORTAL_CLAMD: z
    .string()
    .regex(/^(\/.+|[^/\s]+:\d{1,5})$/, 'must look like 127.0.0.1:3310, or be the path of a socket')
    .optional(),
  PORTAL_PEPPER: z.string().optional(),
  PORTAL_SIGNING_KEY: z.string().optional(),
})

/** Throws StartError with one line per mistake. Variables set to nothing count as unset. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(given)
  if (!parsed.success)
    throw new StartError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`).join('\n'),
    )
  const values = parsed.data
  const root = projectRoot()
  const production = values.NODE_ENV === 'production'
  const dataDir = isAbsolute(values.PORTAL_DATA_DIR)
    ? values.PORTAL_DATA_DIR
    : resolve(root, values.PORTAL_DATA_DIR)
  const inMemory = values.PORTAL_DATA_DIR === 'memory:'
  if (production && values.PORTAL_ORIGIN === undefined)
    throw new StartError('PORTAL_ORIGIN must be set in production, to the address that browsers use.')
  if (values.REDIS_URL !== undefined && values.DATABASE_URL === undefined)
    throw new StartError(
      'REDIS_URL is for several servers, and the embedded database serves only one: set DATABASE_URL too.',
    )
  if (values.DATABASE_OWNER_URL !== undefined && values.DATABASE_URL === undefined)
    throw new StartError('DATABASE_OWNER_URL goes with DATABASE_URL: set both, or neither.')
  if (values.PORTAL_KEK_CURRENT === 'kms' && values.PORTAL_KMS_KEY === undefined)
    throw new StartError('PORTAL_KEK_CURRENT is kms, and PORTAL_KMS_KEY is not set.')
  const kms = kmsOf(values)
  const givenSecrets = {
    kek: values.PORTAL_KEK,
    previousKeks: values.PORTAL_KEK_PREVIOUS,
    pepper: values.PORTAL_PEPPER,
    signingKey: values.PORTAL_SIGNING_KEY,
  }
  return {
    root,
    port: values.PORT,
    host: values.HOST,
    origin: values.PORTAL_ORIGIN,
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
    inMemory,
    production,
    mail: mailOf(values.PORTAL_SMTP_URL, values.PORTAL_MAIL_FROM),
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
    secrets: production
      ? readSecrets(givenSecrets, kms?.current !== true)
      : developmentSecrets(givenSecrets, inMemory ? undefined : dataDir),
  }
}

const kmsOf = (values: z.infer<typeof Environment>): Config['kms'] =>
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

function isPostgresUrl(value: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) return false
  const url = new URL(value)
  return url.pathname.length > 1 && (url.hostname !== '' || url.searchParams.has('host'))
}

function isRedisUrl(value: string): boolean {
  if (!/^rediss?:\/\//.test(value) || !URL.canParse(value)) return false
  const url = new URL(value)
  return url.hostname !== '' && /^\/?\d*$/.test(url.pathname)
}

function mailOf(url: string | undefined, from: string | undefined): Config['mail'] {
  if ((url === undefined) !== (from === undefined))
    throw new StartError('PORTAL_SMTP_URL and PORTAL_MAIL_FROM belong together: set both, or neither.')
  return url === undefined || from === undefined ? undefined : { url, from }
}

function isSmtpUrl(value: string): boolean {
  if (!/^smtps?:\/\//.test(value) || !URL.canParse(value)) return false
  const url = new URL(value)
  return url.hostname !== '' && /^\/?$/.test(url.pathname)
}

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  return /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.hash === ''
}
