/** What is different between two versions of a form, question by question, in every language that they speak. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useState } from 'react'
import type { Json } from '../../../../shared/kernel/json.ts'
import {
  type ChangedPart,
  type Difference,
  versionDifferences,
} from '../../../../shared/questionnaire/differences.ts'
import { parseQuestionnaire } from '../../../../shared/questionnaire/parse.ts'
import styles from '../staff.module.css'

interface VersionDifferencesProps {
  readonly before: Json
  readonly after: Json
}

function usePartNames(): Readonly<Record<ChangedPart, string>> {
  const { t } = useLingui()
  return {
    text: t`words`,
    type: t`kind of answer`,
    required: t`whether it must be answered`,
    repeats: t`how many answers`,
    options: t`options`,
    condition: t`when it is asked`,
    limits: t`what is allowed`,
    calculation: t`what it starts with or comes to`,
    place: t`place in the form`,
    score: t`what it adds up, or its bands`,
  }
}

/** A form may name a language that is none. */
function nameOf(language: string, locale: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: 'language' }).of(language) ?? language
  } catch {
    return language
  }
}

function Line({ difference }: { difference: Difference }) {
  const { i18n } = useLingui()
  const names = usePartNames()
  const { kind, text, linkId, parts, before, languages } = difference
  const what = parts.map((part) => names[part]).join(', ')
  const where = languages.map((language) => nameOf(language, i18n.locale)).join(', ')
  return (
    <li className={styles.line}>
      <span className={styles.who}>
        <strong>{linkId === '' ? <Trans>The form itself: {text}</Trans> : text || linkId}</strong>
        {before !== undefined && before !== text ? (
          <span>
            <Trans>Before: {before}</Trans>
          </span>
        ) : null}
      </span>
      <span>
        {kind === 'added' ? <Trans>New</Trans> : null}
        {kind === 'removed' ? <Trans>Gone</Trans> : null}
        {kind === 'changed' && where === '' ? <Trans>Changed: {what}</Trans> : null}
        {kind === 'changed' && where !== '' ? (
          <Trans>
            Changed in translation ({where}): {what}
          </Trans>
        ) : null}
      </span>
    </li>
  )
}

export function VersionDifferences({ before, after }: VersionDifferencesProps) {
  const [found, setFound] = useState<readonly Difference[] | null>(null)
  useEffect(() => {
    const [old, now] = [parseQuestionnaire(before), parseQuestionnaire(after)]
    setFound(old.ok && now.ok ? versionDifferences(old.value, now.value) : null)
  }, [before, after])
  if (found === null) return null
  return found.length === 0 ? (
    <p>
      <Trans>The two say the same, in every language.</Trans>
    </p>
  ) : (
    <ul className={styles.list}>
      {found.map((difference) => (
        <Line key={`${difference.kind} ${difference.linkId}`} difference={difference} />
      ))}
    </ul>
  )
}
