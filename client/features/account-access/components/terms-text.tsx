/**
 * The terms of use, for the version in shared/domains/accounts/terms.ts. Another text is another version there, and
 * everybody is asked again.
 */
import { Trans } from '@lingui/react/macro'
import { TERMS_VERSION } from '../../../../shared/domains/accounts/terms.ts'
import styles from '../account-access.module.css'

export function TermsText() {
  return (
    <div className={styles.terms}>
      <h2>
        <Trans>What the portal is for</Trans>
      </h2>
      <p>
        <Trans>
          The portal lets you fill in forms, see your appointments and write to your practice. It stands
          beside your care and does not replace a visit, a call or your clinician’s advice.
        </Trans>
      </p>
      <h2>
        <Trans>Not for emergencies</Trans>
      </h2>
      <p>
        <Trans>
          Nobody reads the portal day and night. In an emergency call 911. To talk to someone right now, call
          or text 988.
        </Trans>
      </p>
      <h2>
        <Trans>Who can read what you write</Trans>
      </h2>
      <p>
        <Trans>
          What you send becomes part of your record. The people of your practice who care for you or run the
          practice can read it; everything that is read or changed is noted. It is sealed on your device and
          on the practice’s server. It is not end-to-end encrypted: the practice has to read it.
        </Trans>
      </p>
      <h2>
        <Trans>What stays on your device</Trans>
      </h2>
      <p>
        <Trans>
          So that the portal works without a network, a sealed copy stays on each device where you sign in. It
          opens with your password only. Sign out on devices that are not yours. If you lose one, remove
          everything from it under “Signed-in devices”, or call your practice.
        </Trans>
      </p>
      <h2>
        <Trans>Your part</Trans>
      </h2>
      <p>
        <Trans>
          Keep your password to yourself and choose one that you use nowhere else. Tell your practice if
          somebody else may know it. Write only about yourself, or about those whose care you are responsible
          for.
        </Trans>
      </p>
      <h2>
        <Trans>Messages by email</Trans>
      </h2>
      <p>
        <Trans>
          The portal sends codes, links and notices to your email address. They never contain anything about
          your health. Nobody will ever ask you for a code.
        </Trans>
      </p>
      <h2>
        <Trans>Ending it</Trans>
      </h2>
      <p>
        <Trans>
          You can stop using the portal at any time; your practice closes your account when you ask. The
          record that the practice must keep by law remains with it.
        </Trans>
      </p>
      <p className={styles.note}>
        <Trans>Version {TERMS_VERSION}</Trans>
      </p>
    </div>
  )
}
