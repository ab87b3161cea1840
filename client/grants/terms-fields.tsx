/** What somebody may see or do, area by area, and until when. */
import { Trans, useLingui } from '@lingui/react/macro'
import {
  GRANT_SCOPES,
  type Granted,
  type GrantLevel,
  type GrantScope,
} from '../../shared/domains/grants/scopes.ts'
import { DateField } from '../ui/date-field.tsx'
import { type DateParts, datePartsOf, isBlank, isoDate, NO_DATE } from '../ui/date-parts.ts'
import { FieldError, FieldHint } from '../ui/field.tsx'
import { dateOf, today } from '../ui/time.ts'
import { useAreaWords } from './area-words.ts'
import styles from './grants.module.css'

export interface TypedTerms {
  readonly scopes: Granted
  readonly until: DateParts
}
export const NO_TERMS: TypedTerms = { scopes: {}, until: NO_DATE }

/** The end of that day in the person's own zone, ms; null: none; undefined: no such day. */
export function endOfDay(until: DateParts, locale: string): number | null | undefined {
  if (isBlank(until)) return null
  const iso = isoDate(until, locale)
  return iso === null ? undefined : new Date(`${iso}T23:59:59`).getTime()
}
export const typedOf = (scopes: Granted, until: number | null): TypedTerms => ({
  scopes,
  until: until === null ? NO_DATE : datePartsOf(today(new Date(until))),
})

interface TermsFieldsProps {
  readonly id: string
  readonly value: TypedTerms
  readonly onChange: (value: TypedTerms) => void
  readonly latestEnd: number | null
  readonly errors: { readonly scopes?: string | undefined; readonly until?: string | undefined }
}

export function TermsFields({ id, value, onChange, latestEnd, errors }: TermsFieldsProps) {
  const { t, i18n } = useLingui()
  const words = useAreaWords()
  const set = (scope: GrantScope, level: string) => {
    const { [scope]: _, ...others } = value.scopes
    const scopes = level === '' ? others : { ...others, [scope]: level as GrantLevel }
    onChange({ ...value, scopes })
  }
  const lastDay = latestEnd === null ? '' : dateOf(i18n.locale, latestEnd)
  return (
    <>
      <fieldset className={styles.rows} aria-describedby={errors.scopes ? `${id}-scopes-error` : undefined}>
        <legend>
          <Trans>What may this person see or do?</Trans>
        </legend>
        <FieldError id={`${id}-scopes`}>{errors.scopes}</FieldError>
        {GRANT_SCOPES.map((scope, index) => {
          const { name, read, write } = words[scope]
          const select = index === 0 ? `${id}-scopes` : `${id}-${scope}`
          return (
            <div key={scope} className={styles.row}>
              <label htmlFor={select}>{name}</label>
              <select
                id={select}
                value={value.scopes[scope] ?? ''}
                onChange={(event) => set(scope, event.target.value)}
              >
                <option value="">{t`No access`}</option>
                <option value="read">{read}</option>
                {write === undefined && value.scopes[scope] !== 'write' ? null : (
                  <option value="write">{write ?? read}</option>
                )}
              </select>
            </div>
          )
        })}
      </fieldset>
      <div>
        <DateField
          id={`${id}-until`}
          label={t`Last day of the access`}
          hint={
            latestEnd === null
              ? t`Leave it empty to give access until you end it.`
              : t`It ends on ${lastDay} at the latest, the day this person turns 18.`
          }
          optional
          error={errors.until}
          value={value.until}
          onChange={(until) => onChange({ ...value, until })}
        />
        <FieldHint id={`${id}-anytime`}>
          <Trans>You can change or end the access at any time.</Trans>
        </FieldHint>
      </div>
    </>
  )
}
