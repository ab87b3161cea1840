/**
 * Every variable that the server knows, and what it must look like; `config.ts` alone reads them. A variable that is
 * added here is explained in .env.example, which a test compares.
 */
import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { isAddressOrNetwork } from './http/client-address.ts'

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a number from 0 to 65535')
  .transform(Number)
  .refine((port) => port <= 65_535, 'must be a number from 0 to 65535')

export const Environment = z.object({
  PORT: port.default(4000),
  HOST: z.string().min(1, 'must not be empty').default('127.0.0.1'),
  // Whatever else it said would mean a demo practice, whose passwords everybody knows.
  NODE_ENV: z
    .enum(['production', 'development', 'test'], 'must be production, development or test')
    .optional(),
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
  PORTAL_METRICS_PORT: port.optional(),
  PORTAL_METRICS_HOST: z.string().min(1, 'must not be empty').default('127.0.0.1'),
  PORTAL_DRAIN_SECONDS: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a number of seconds from 0 to 300')
    .transform(Number)
    .refine((seconds) => seconds <= 300, 'must be a number of seconds from 0 to 300')
    .optional(),
  PORTAL_DATA_DIR: z.string().min(1, 'must not be empty').default('.data'),
  PORTAL_ORIGIN: z
    .string()
    .refine(isOrigin, 'must look like https://portal.example.org, without a path')
    .transform((value) => new URL(value).origin)
    .optional(),
  PORTAL_PATH_PREFIX: z
    .string()
    .regex(/^(\/[a-z0-9-]+)+$/, 'must look like /portal, without a slash at the end')
    .optional(),
  PORTAL_SMTP_URL: z
    .string()
    .refine(isSmtpUrl, 'must look like smtp://user:password@host:587, or smtps:// with TLS from the start')
    .optional(),
  PORTAL_MAIL_FROM: z
    .string()
    .regex(/^[^\r\n<>]*<?[^\s<>@]+@[^\s<>@]+>?$/, 'must look like Harbor Light <portal@example.org>')
    .optional(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_(test|live)_\w+$/, 'must be a secret or restricted key, such as sk_test_…')
    .optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .transform((value) => value.split(',').map((entry) => entry.trim()))
    .refine(
      (entries) => entries.every((entry) => /^whsec_[\w+/=-]+$/.test(entry)),
      'must look like whsec_…; two with a comma between them while it is changed over',
    )
    .optional(),
  PORTAL_SENDGRID_KEY: z
    .string()
    .regex(/^SG\.[\w.-]+$/, 'must look like SG.…')
    .optional(),
  PORTAL_SENDGRID_ENDPOINT: z.url('must be an address, such as https://api.eu.sendgrid.com').optional(),
  PORTAL_SENDGRID_WEBHOOK_KEY: z
    .string()
    .refine(isPublicKey, 'must be the verification key as SendGrid shows it (base64)')
    .optional(),
  PORTAL_TWILIO_ACCOUNT: z
    .string()
    .regex(/^AC[0-9a-f]{32}$/, 'must look like AC and 32 hexadecimal digits')
    .optional(),
  PORTAL_TWILIO_TOKEN: z.string().min(1, 'must not be empty').optional(),
  PORTAL_TWILIO_FROM: z
    .string()
    .regex(
      /^(\+[1-9]\d{6,14}|MG[0-9a-f]{32})$/,
      'must be a number such as +15550100199, or a messaging service (MG…)',
    )
    .optional(),
  PORTAL_TWILIO_ENDPOINT: z.url('must be an address, such as https://api.dublin.ie1.twilio.com').optional(),
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

export type Values = z.infer<typeof Environment>

/** What each value is sound for alone, and not beside another: one line each. */
export function contradictions(values: Values, production: boolean): string[] {
  const has = (name: keyof typeof values) => values[name] !== undefined
  const all: readonly (readonly [wrong: boolean, line: string])[] = [
    [
      production && !has('PORTAL_ORIGIN'),
      'PORTAL_ORIGIN must be set in production, to the address that browsers use.',
    ],
    [
      production && isPlainHttp(values.PORTAL_ORIGIN),
      'PORTAL_ORIGIN must begin with https:// in production: browsers keep a sign-in and work offline over nothing else.',
    ],
    [
      has('REDIS_URL') && !has('DATABASE_URL'),
      'REDIS_URL is for several servers, and the embedded database serves only one: set DATABASE_URL too.',
    ],
    [
      has('DATABASE_OWNER_URL') && !has('DATABASE_URL'),
      'DATABASE_OWNER_URL goes with DATABASE_URL: set both, or neither.',
    ],
    [
      values.PORTAL_KEK_CURRENT === 'kms' && !has('PORTAL_KMS_KEY'),
      'PORTAL_KEK_CURRENT is kms, and PORTAL_KMS_KEY is not set.',
    ],
    [
      !has('PORTAL_SENDGRID_KEY') && has('PORTAL_SMTP_URL') !== has('PORTAL_MAIL_FROM'),
      'PORTAL_SMTP_URL and PORTAL_MAIL_FROM belong together: set both, or neither.',
    ],
    [
      has('STRIPE_SECRET_KEY') !== has('STRIPE_WEBHOOK_SECRET'),
      'STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET belong together: set both, or neither.',
    ],
    [
      has('PORTAL_SENDGRID_KEY') && !has('PORTAL_MAIL_FROM'),
      'PORTAL_SENDGRID_KEY goes with PORTAL_MAIL_FROM, a sender that SendGrid has verified: set both.',
    ],
    [
      has('PORTAL_SENDGRID_KEY') && has('PORTAL_SMTP_URL'),
      'PORTAL_SENDGRID_KEY and PORTAL_SMTP_URL are two ways for the same mails: set one of them.',
    ],
    [
      new Set([has('PORTAL_TWILIO_ACCOUNT'), has('PORTAL_TWILIO_TOKEN'), has('PORTAL_TWILIO_FROM')]).size > 1,
      'PORTAL_TWILIO_ACCOUNT, PORTAL_TWILIO_TOKEN and PORTAL_TWILIO_FROM belong together: set all three, or none.',
    ],
    [
      values.PORTAL_METRICS_PORT === values.PORT && values.PORT !== 0,
      'PORTAL_METRICS_PORT is the port of the clients: choose another, which strangers do not reach.',
    ],
  ]
  return all.flatMap(([wrong, line]) => (wrong ? [line] : []))
}

/** Of this machine it is as good as https, for browsers too. */
function isPlainHttp(origin: string | undefined): boolean {
  if (origin === undefined) return false
  const { protocol, hostname } = new URL(origin)
  return protocol === 'http:' && !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
}

function isPublicKey(value: string): boolean {
  try {
    return (
      createPublicKey({ key: Buffer.from(value, 'base64'), format: 'der', type: 'spki' }).type === 'public'
    )
  } catch {
    return false
  }
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
