/** Language, text size and contrast: worn at once on this device, and by the person's other devices when they hear of it. */
import { useLingui } from '@lingui/react/macro'
import { useSyncExternalStore } from 'react'
import type { Contrast, Language, TextSize } from '../../../../shared/domains/profile/preferences.ts'
import {
  type Appearance,
  CONTRASTS,
  currentAppearance,
  LANGUAGES,
  onAppearance,
  TEXT_SIZES,
  wear,
} from '../../../appearance/appearance.ts'
import { LANGUAGE_NAMES } from '../../../appearance/language.ts'
import { useOwnProfile } from '../../../replica/own-profile.ts'
import { useReplica, useSessionView } from '../../../replica/session-context.tsx'
import { ChoiceGroup, Option } from '../../../ui/choice.tsx'
import { prefer } from '../commands.ts'

interface Choices<T extends string> {
  readonly id: string
  readonly label: string
  readonly hint?: string
  readonly values: readonly T[]
  readonly names: Readonly<Record<T, string>>
  readonly chosen: T
  readonly onChoose: (value: T) => void
}

function Radios<T extends string>({ id, values, names, chosen, onChoose, ...group }: Choices<T>) {
  return (
    <ChoiceGroup id={id} role="radiogroup" {...group}>
      {values.map((value) => (
        <Option
          key={value}
          id={`${id}-${value}`}
          type="radio"
          name={id}
          checked={chosen === value}
          onChange={() => onChoose(value)}
        >
          <span lang={id === 'language' ? value : undefined}>{names[value]}</span>
        </Option>
      ))}
    </ChoiceGroup>
  )
}

export function DisplayChoices() {
  const { i18n, t } = useLingui()
  const replica = useReplica()
  const profile = useOwnProfile()
  const { record } = useSessionView()
  const { textSize, contrast } = useSyncExternalStore(onAppearance, currentAppearance)
  const choose = (key: string, change: Partial<Appearance>, value: string) => {
    void wear(change)
    // Somebody else's record says nothing of how I like to read.
    if (replica !== null && profile && record?.own === true) void prefer(replica, profile.id, key, value)
  }
  const sizes: Record<TextSize, string> = {
    normal: t`Normal`,
    large: t`Large`,
    larger: t`Larger`,
    largest: t`Largest`,
  }
  const contrasts: Record<Contrast, string> = { system: t`As this device is set`, more: t`More contrast` }
  return (
    <>
      <Radios<Language>
        id="language"
        label={t`Language`}
        hint={t`Questionnaires stay in the language in which your practice wrote them.`}
        values={LANGUAGES}
        names={LANGUAGE_NAMES}
        chosen={LANGUAGES.find((language) => language === i18n.locale) ?? 'en'}
        onChoose={(language) => choose('language', { language }, language)}
      />
      <Radios<TextSize>
        id="text-size"
        label={t`Text size`}
        values={TEXT_SIZES}
        names={sizes}
        chosen={textSize}
        onChoose={(size) => choose('text-size', { textSize: size }, size)}
      />
      <Radios<Contrast>
        id="contrast"
        label={t`Contrast`}
        values={CONTRASTS}
        names={contrasts}
        chosen={contrast}
        onChoose={(one) => choose('contrast', { contrast: one }, one)}
      />
    </>
  )
}
