/**
 * How this device shows the portal: language, text size, contrast. Nothing of that is about anybody's health, and it is
 * needed before the replica is unlocked, so that it is kept in the clear, and worn before the first words are shown. Where
 * storage cannot be written, it holds until the page goes.
 */
import {
  CONTRASTS,
  type Contrast,
  contrastOf,
  LANGUAGES,
  type Language,
  languageOf,
  TEXT_SIZES,
  type TextSize,
  textSizeOf,
} from '../../shared/domains/profile/preferences.ts'
import type { Json } from '../../shared/kernel/json.ts'
import { activateLanguage } from './language.ts'

export interface Appearance {
  /** Absent: as the browser says. */
  readonly language?: Language | undefined
  readonly textSize: TextSize
  readonly contrast: Contrast
}
export { CONTRASTS, LANGUAGES, TEXT_SIZES }

const KEY = 'appearance'
let worn: Appearance | undefined
const listeners = new Set<() => void>()

function readKept(): Appearance {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, Json>
    return {
      language: languageOf(kept),
      textSize: textSizeOf({ 'text-size': kept.textSize ?? null }) ?? 'normal',
      contrast: contrastOf(kept) ?? 'system',
    }
  } catch {
    return { textSize: 'normal', contrast: 'system' }
  }
}

export const currentAppearance = (): Appearance => {
  worn ??= readKept()
  return worn
}

export function onAppearance(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const show = ({ textSize, contrast }: Appearance) => {
  const { dataset } = document.documentElement
  dataset.textSize = textSize
  dataset.contrast = contrast
}

/** Text size and contrast as they were chosen on this device; the language is loaded besides. */
export const wearKept = (): void => show(currentAppearance())

/** At once, and from now on. */
export async function wear(change: Partial<Appearance>): Promise<void> {
  const before = currentAppearance()
  worn = { ...before, ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify(worn))
  } catch {
    // Until the page goes, then.
  }
  show(worn)
  if (worn.language !== undefined && worn.language !== before.language) await activateLanguage(worn.language)
  for (const listener of listeners) listener()
}

/** For this page alone: what is kept stays as it is. */
export async function wearOnce(appearance: Appearance): Promise<void> {
  show(appearance)
  if (appearance.language !== undefined) await activateLanguage(appearance.language)
}
