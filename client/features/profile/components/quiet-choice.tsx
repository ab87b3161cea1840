/** Hours in which nothing rings. Each is an entry of the preferences: it merges by itself, and is written offline. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { useState } from 'react'
import { quietHoursOf } from '../../../../shared/domains/profile/preferences.ts'
import type { Profile } from '../../../../shared/domains/profile/schema.ts'
import { useGranted } from '../../../replica/record-grants.ts'
import { useReplica } from '../../../replica/session-context.tsx'
import { Option } from '../../../ui/choice.tsx'
import field from '../../../ui/field.module.css'
import { Field } from '../../../ui/field.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { prefer } from '../commands.ts'
import styles from '../profile.module.css'

export function QuietChoice({ profile }: { profile: Profile }) {
  const { t } = useLingui()
  const replica = useReplica()
  const mayWrite = useGranted('profile', 'write')
  const [failed, setFailed] = useState(false)
  const quiet = quietHoursOf(profile.preferences)
  const choose = async (changes: Readonly<Record<string, string | boolean>>) => {
    if (replica === null) return
    setFailed(false)
    try {
      for (const [key, value] of Object.entries(changes)) await prefer(replica, profile.id, key, value)
    } catch {
      setFailed(true)
    }
  }
  const at = (key: 'from' | 'until', value: string) =>
    // Where the person is, and not the clinic, is what they mean by nine o'clock.
    value === ''
      ? undefined
      : choose({ [`quiet.${key}`]: value, 'quiet.zone': Intl.DateTimeFormat().resolvedOptions().timeZone })
  if (!mayWrite) return null
  return (
    <>
      <Option
        id="quiet"
        type="checkbox"
        name="quiet"
        checked={quiet !== undefined}
        onChange={(checked) => choose({ quiet: checked })}
      >
        <Trans>No push and no texts at night</Trans>
      </Option>
      {quiet === undefined ? null : (
        <div className={styles.quiet}>
          {(['from', 'until'] as const).map((key) => (
            <Field key={key} id={`quiet-${key}`} label={key === 'from' ? t`From` : t`Until`}>
              <input
                id={`quiet-${key}`}
                type="time"
                className={field.input}
                value={quiet[key]}
                onChange={(event) => at(key, event.target.value)}
                autoComplete="off"
              />
            </Field>
          ))}
        </div>
      )}
      <p className={styles.soft}>
        <Trans>What comes at night is shown in the morning. Emails do not ring, and are sent at once.</Trans>
      </p>
      {failed ? (
        <Notice icon={CircleAlert} tone="bad" role="alert">
          <p>
            <Trans>This could not be saved on this device. Nothing has changed; please try again.</Trans>
          </p>
        </Notice>
      ) : null}
    </>
  )
}
