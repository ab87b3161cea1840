/**
 * What a client prefers, as entries of `preferences` in the profile: each merges by itself, the later one wins. Only what
 * stands here can be written by a device. Pure, and without a schema library: pages read it before anything else.
 */
import type { Json } from '../../kernel/json.ts'

export const NOTICE_KINDS = ['message', 'appointment', 'form', 'refill', 'billing', 'security'] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]
export const CHANNELS = ['email', 'sms', 'push'] as const
export type Channel = (typeof CHANNELS)[number]

export const LANGUAGES = ['en', 'es'] as const
export type Language = (typeof LANGUAGES)[number]
/** Of language tags, the one liked best first: the first that the portal speaks. */
export const preferredLanguage = (wanted: readonly string[]): Language =>
  wanted
    .map((tag) => LANGUAGES.find((language) => language === tag.split('-')[0]))
    .find((language) => language !== undefined) ?? 'en'
export const TEXT_SIZES = ['normal', 'large', 'larger', 'largest'] as const
export type TextSize = (typeof TEXT_SIZES)[number]
/** `system`: as the device is set. */
export const CONTRASTS = ['system', 'more'] as const
export type Contrast = (typeof CONTRASTS)[number]

export type Preferences = Readonly<Record<string, Json>>

export const noticeKey = (kind: NoticeKind, channel: Channel): string => `notify.${kind}.${channel}`

/** Nobody can be kept from hearing that somebody else is at their account. */
export const isAlwaysSent = (kind: NoticeKind, channel: Channel): boolean =>
  kind === 'security' && channel === 'email'

const BY_DEFAULT: Readonly<Record<Channel, boolean>> = { email: true, sms: false, push: true }

/** What was chosen for the kind, else for the channel as a whole, else what is usual. */
export function wantsNotice(preferences: Preferences, kind: NoticeKind, channel: Channel): boolean {
  if (isAlwaysSent(kind, channel)) return true
  const chosen = preferences[noticeKey(kind, channel)] ?? preferences[`notify.${channel}`]
  return typeof chosen === 'boolean' ? chosen : BY_DEFAULT[channel]
}

const isOneOf = <T extends string>(values: readonly T[], value: Json | undefined): value is T =>
  values.some((one) => one === value)
export const languageOf = (preferences: Preferences): Language | undefined =>
  isOneOf(LANGUAGES, preferences.language) ? preferences.language : undefined
export const textSizeOf = (preferences: Preferences): TextSize | undefined =>
  isOneOf(TEXT_SIZES, preferences['text-size']) ? preferences['text-size'] : undefined
export const contrastOf = (preferences: Preferences): Contrast | undefined =>
  isOneOf(CONTRASTS, preferences.contrast) ? preferences.contrast : undefined

/** Hours without a sound: `HH:MM` to `HH:MM`, in a zone; without one in the clinic's. */
export interface QuietHours {
  readonly from: string
  readonly until: string
  readonly zone?: string
}
const USUAL_QUIET: QuietHours = { from: '21:00', until: '08:00' }
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/
const ZONE = /^[A-Za-z0-9_+/-]{1,60}$/

/** In minutes after midnight. */
export function quietMinute(clock: string): number {
  const [, hour, minute] = CLOCK.exec(clock) ?? []
  return Number(hour ?? 0) * 60 + Number(minute ?? 0)
}

/** Undefined: they want to hear at any hour. */
export function quietHoursOf(preferences: Preferences): QuietHours | undefined {
  if (preferences.quiet === false) return undefined
  const clock = (key: string, usual: string) => {
    const value = preferences[key]
    return typeof value === 'string' && CLOCK.test(value) ? value : usual
  }
  const zone = preferences['quiet.zone']
  return {
    from: clock('quiet.from', USUAL_QUIET.from),
    until: clock('quiet.until', USUAL_QUIET.until),
    ...(typeof zone === 'string' && ZONE.test(zone) && { zone }),
  }
}

const isText = (value: Json, shape: RegExp) => typeof value === 'string' && shape.test(value)

const NOTICE_KEYS: ReadonlySet<string> = new Set(
  NOTICE_KINDS.flatMap((kind) =>
    CHANNELS.filter((channel) => !isAlwaysSent(kind, channel)).map((channel) => noticeKey(kind, channel)),
  ),
)

/** May a device write this? */
export function isPreference(key: string, value: Json): boolean {
  if (key === 'language') return isOneOf(LANGUAGES, value)
  if (key === 'text-size') return isOneOf(TEXT_SIZES, value)
  if (key === 'contrast') return isOneOf(CONTRASTS, value)
  if (key === 'quiet.from' || key === 'quiet.until') return isText(value, CLOCK)
  if (key === 'quiet.zone') return isText(value, ZONE)
  if (key === 'quiet') return typeof value === 'boolean'
  return NOTICE_KEYS.has(key) && typeof value === 'boolean'
}
