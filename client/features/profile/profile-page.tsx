/** Who the practice says one is, what to be told of, and how the portal looks. Reads the replica only. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { IdCard, ShieldCheck } from 'lucide-react'
import type { Profile } from '../../../shared/domains/profile/schema.ts'
import { useOwnProfile } from '../../replica/own-profile.ts'
import { useGranted } from '../../replica/record-grants.ts'
import { useSessionView, useSyncView } from '../../replica/session-context.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { ItemStatus } from '../../ui/item-status.tsx'
import { Page, Part } from '../../ui/page.tsx'
import { Card, EmptyState, Fact, Facts } from '../../ui/panel.tsx'
import { dateOf } from '../../ui/time.ts'
import { DisplayChoices } from './components/display-choices.tsx'
import { NoticeChoices } from './components/notice-choices.tsx'
import { PushChoice } from './components/push-choice.tsx'
import { QuietChoice } from './components/quiet-choice.tsx'
import styles from './profile.module.css'

function Personal({ profile }: { profile: Profile }) {
  const { i18n } = useLingui()
  const mayAsk = useGranted('messages', 'write')
  const { preferredName, dateOfBirth, phone, address } = profile
  return (
    <Part id="personal" title={<Trans>Personal information</Trans>}>
      <Card>
        <Facts>
          <Fact name={<Trans>Name</Trans>}>{profile.name}</Fact>
          {preferredName ? <Fact name={<Trans>Called</Trans>}>{preferredName}</Fact> : null}
          {dateOfBirth ? (
            <Fact name={<Trans>Date of birth</Trans>}>
              {dateOf(i18n.locale, Date.parse(`${dateOfBirth}T12:00:00Z`), 'UTC')}
            </Fact>
          ) : null}
          <Fact name={<Trans>Email</Trans>}>{profile.email}</Fact>
          {phone ? <Fact name={<Trans>Phone</Trans>}>{phone}</Fact> : null}
          {address ? <Fact name={<Trans>Address</Trans>}>{address}</Fact> : null}
          <Fact name={<Trans>Practice</Trans>}>
            {profile.practiceName}, {profile.practicePhone}
          </Fact>
        </Facts>
        <p className={styles.soft}>
          <Trans>This is what your practice has on file. Only your practice can change it.</Trans>
        </p>
        {mayAsk ? (
          <div>
            <Link to="/profile/correction" className={buttonClass('secondary')}>
              <Trans>Ask for a correction</Trans>
            </Link>
          </div>
        ) : null}
      </Card>
    </Part>
  )
}

export function ProfilePage() {
  const { t } = useLingui()
  const profile = useOwnProfile()
  const { items } = useSyncView()
  const { record } = useSessionView()
  const title = t`Profile`
  if (profile === undefined) return <Page title={title}>{null}</Page>
  const item = items.find(({ documentId }) => documentId === profile?.id)
  return (
    <Page title={title}>
      {profile === null ? (
        <EmptyState icon={IdCard} title={<Trans>Nothing is here yet</Trans>}>
          <p>
            <Trans>What your practice has on file about you appears here with the next contact.</Trans>
          </p>
        </EmptyState>
      ) : (
        <>
          <Personal profile={profile} />
          <Part id="notices" title={<Trans>What to tell you of</Trans>}>
            {record?.own === false ? null : <PushChoice />}
            <NoticeChoices profile={profile} />
            <QuietChoice profile={profile} />
            {item ? <ItemStatus state={item.state} at={item.at} /> : null}
          </Part>
        </>
      )}
      {record?.own === false ? null : (
        <>
          <Part id="display" title={<Trans>Language and display</Trans>}>
            <DisplayChoices />
          </Part>
          <Part id="security" title={<Trans>Security</Trans>}>
            <p>
              <Trans>Password, two-step sign-in, signed-in devices and people with access:</Trans>
            </p>
            <div>
              <Link to="/account" className={buttonClass('secondary')}>
                <ShieldCheck size={18} aria-hidden />
                <Trans>Account and security</Trans>
              </Link>
            </div>
          </Part>
        </>
      )}
    </Page>
  )
}
