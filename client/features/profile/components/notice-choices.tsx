/** What to be told of, and how: one row for each kind. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import {
  CHANNELS,
  type Channel,
  isAlwaysSent,
  NOTICE_KINDS,
  type NoticeKind,
  noticeKey,
  wantsNotice,
} from '../../../../shared/domains/profile/preferences.ts'
import type { Profile } from '../../../../shared/domains/profile/schema.ts'
import { useGranted } from '../../../replica/record-grants.ts'
import { useReplica } from '../../../replica/session-context.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { prefer } from '../commands.ts'
import styles from '../profile.module.css'

export function NoticeChoices({ profile }: { profile: Profile }) {
  const { t } = useLingui()
  const replica = useReplica()
  const mayWrite = useGranted('profile', 'write')
  const [failed, setFailed] = useState(false)
  // What was just pressed shows at once, and not only when the disk has it.
  const [pressed, setPressed] = useState<Readonly<Record<string, boolean>>>({})
  // biome-ignore lint/correctness/useExhaustiveDependencies: by now the profile has it
  useEffect(() => setPressed({}), [profile])
  const kinds: Record<NoticeKind, string> = {
    message: t`New messages`,
    appointment: t`Appointments`,
    form: t`Forms`,
    refill: t`Refills`,
    billing: t`Bills`,
    security: t`Security of your account`,
  }
  const channels: Record<Channel, string> = {
    email: t({ message: 'Email', context: 'channel' }),
    sms: t`Text`,
    push: t`Push`,
  }
  const choose = (kind: NoticeKind, channel: Channel, wanted: boolean) => {
    if (replica === null) return
    setFailed(false)
    const key = noticeKey(kind, channel)
    setPressed((before) => ({ ...before, [key]: wanted }))
    prefer(replica, profile.id, key, wanted).catch(() => {
      setPressed({})
      setFailed(true)
    })
  }
  return (
    <>
      <div className={styles.framed}>
        <table className={styles.notices}>
          <caption className="visually-hidden">
            <Trans>What to be told of, and how</Trans>
          </caption>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">
                  <Trans>About</Trans>
                </span>
              </th>
              {CHANNELS.map((channel) => (
                <th key={channel} scope="col">
                  {channels[channel]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {NOTICE_KINDS.map((kind) => (
              <tr key={kind}>
                <th scope="row">{kinds[kind]}</th>
                {CHANNELS.map((channel) => {
                  const [kindName, channelName] = [kinds[kind], channels[channel]]
                  return (
                    <td key={channel}>
                      <label>
                        <input
                          type="checkbox"
                          name={noticeKey(kind, channel)}
                          aria-label={t`${kindName}: ${channelName}`}
                          checked={
                            pressed[noticeKey(kind, channel)] ??
                            wantsNotice(profile.preferences, kind, channel)
                          }
                          disabled={!mayWrite || isAlwaysSent(kind, channel)}
                          onChange={(event) => choose(kind, channel, event.target.checked)}
                        />
                      </label>
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.soft}>
        <Trans>
          No notice says what it is about: you read that here, after unlocking. Emails about the security of
          your account are always sent.
        </Trans>
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
