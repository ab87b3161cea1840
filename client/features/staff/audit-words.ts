/** Words for the codes of the audit trail. A code that is not here is shown as it is: nothing is hidden. */
import { useLingui } from '@lingui/react/macro'

export interface AuditWords {
  readonly actions: Readonly<Record<string, string>>
  readonly roles: Readonly<Record<string, string>>
  readonly reasons: Readonly<Record<string, string>>
  /** By wire number. */
  readonly kinds: Readonly<Record<number, string>>
}

export function useAuditWords(): AuditWords {
  const { t } = useLingui()
  return {
    actions: {
      'auth.login': t`Signed in`,
      'auth.logout': t`Signed out`,
      'auth.refresh': t`Renewed a session`,
      'auth.confirm': t`Confirmed who they are`,
      'auth.second-step': t`Took the second step of signing in`,
      'mfa.totp-added': t`Set up an authenticator app`,
      'mfa.totp-removed': t`Removed an authenticator app`,
      'mfa.passkey-added': t`Added a passkey`,
      'mfa.passkey-renamed': t`Renamed a passkey`,
      'mfa.passkey-removed': t`Removed a passkey`,
      'mfa.recovery-codes': t`Made new recovery codes`,
      'mfa.recovery-code-used': t`Used a recovery code`,
      'mfa.reset': t`Reset somebody’s two-step sign-in`,
      'mfa.policy': t`Changed who needs two-step sign-in`,
      'auth.devices': t`Looked at devices`,
      'auth.device-signed-out': t`Signed a device out`,
      'auth.device-revoked': t`Signed a device out for good`,
      'auth.device-wiped': t`Removed everything from a device`,
      'auth.others-signed-out': t`Signed out every other device`,
      'device-key.open': t`Opened a device again after its password was changed`,
      'sync.hello': t`Connected a device`,
      'sync.pull': t`Fetched the record`,
      'sync.push': t`Sent changes`,
      'sync.last-push': t`Sent changes after being signed out`,
      'forms.list': t`Listed forms`,
      'forms.get': t`Read a form`,
      'forms.assign': t`Assigned a form`,
      'forms.submit': t`Submitted a form`,
      'forms.submissions': t`Listed submitted forms`,
      'forms.submission': t`Read a submitted form`,
      'quarantine.list': t`Listed changes that were set aside`,
      'staff.inbox': t`Looked at the inbox`,
      'staff.clients': t`Listed clients`,
      'staff.submission': t`Read a submission`,
      'staff.review': t`Reviewed a submission`,
      'audit.search': t`Searched the audit trail`,
      'audit.export': t`Exported the audit trail`,
      'seal.unreadable': t`Found damaged data`,
      'http.denied': t`Asked for what the role does not include`,
      'keys.rewrapped': t`Renewed the protection of keys`,
      'keys.data-key-added': t`Gave the record a new key`,
      'keys.data-key-dropped': t`Took an old key of the record away`,
      'seed.put': t`Set up demo data`,
      'system.restored': t`Restored a backup`,
    },
    roles: {
      client: t`client`,
      proxy: t`proxy`,
      clinician: t`clinician`,
      'front-desk': t`front desk`,
      admin: t`admin`,
    },
    reasons: {
      wrong_credentials: t`Email or password was wrong`,
      account_locked: t`Locked after too many attempts`,
      wrong_factor: t`The second factor was wrong`,
      wrong_code: t`Took too long, or was tried too often`,
      device_revoked: t`The device was signed out for good`,
      not_permitted: t`Not permitted`,
      not_found: t`Not there, or not theirs to see`,
      not_authenticated: t`Not signed in on this device`,
      refresh_reuse: t`An old session key was used again`,
      refresh_other_key: t`Another device used this session`,
      unreadable: t`The stored data is damaged`,
      wrong_state: t`Closed in the meantime`,
      invalid_message: t`The request made no sense`,
      stale_revision: t`Changed in the meantime`,
    },
    kinds: {
      1: t`Appointment`,
      2: t`Request`,
      3: t`Message`,
      4: t`Read receipt`,
      5: t`Form`,
      6: t`Draft`,
      7: t`Submission`,
      8: t`Medication`,
      9: t`Document`,
      10: t`Billing`,
      11: t`Profile`,
      12: t`Notice`,
    },
  }
}
