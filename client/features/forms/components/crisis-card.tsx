/** Shown at once, with no network too, when an answer says that somebody may be in danger. */
import { Trans, useLingui } from '@lingui/react/macro'
import { HeartHandshake, MessageSquare, Phone } from 'lucide-react'
import { usePracticePhone } from '../../../replica/practice-phone.ts'
import { ButtonRow, buttonClass } from '../../../ui/button.tsx'
import styles from './crisis-card.module.css'

export function CrisisCard() {
  const { t } = useLingui()
  const phone = usePracticePhone()
  return (
    <section className={styles.card} role="alert" aria-label={t`You are not alone`}>
      <h2>
        <HeartHandshake size={24} aria-hidden />
        <Trans>You are not alone</Trans>
      </h2>
      <p>
        <Trans>
          Thank you for telling us. If you might act on these thoughts, please talk to someone right now. It
          is free, confidential, and open day and night.
        </Trans>
      </p>
      <ButtonRow>
        <a href="tel:988" className={buttonClass()}>
          <Phone size={18} aria-hidden />
          <Trans>Call 988</Trans>
        </a>
        <a href="sms:988" className={buttonClass('secondary')}>
          <MessageSquare size={18} aria-hidden />
          <Trans>Text 988</Trans>
        </a>
        {phone ? (
          <a href={`tel:${phone.replace(/[^+\d]/g, '')}`} className={buttonClass('secondary')}>
            <Phone size={18} aria-hidden />
            <Trans>Call your practice: {phone}</Trans>
          </a>
        ) : null}
      </ButtonRow>
      <p>
        <Trans>
          If you are in immediate danger, call 911. Your answers stay saved; you can go on whenever you like.
        </Trans>
      </p>
    </section>
  )
}
