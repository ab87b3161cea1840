/** What an admin reads for each kind of work that the server does after a request. */
import { useLingui } from '@lingui/react/macro'

export function useJobWords(): Readonly<Record<string, string>> {
  const { t } = useLingui()
  return {
    mail: t`A mail`,
    'account.find': t`A code to set up an account`,
    'account.forgot-password': t`A link for a new password`,
    'account.verify-email': t`A link that confirms an address`,
    'account.change-email': t`A link that confirms a new address`,
    'notify.plan': t`A notification`,
    'notify.sms': t`A notification by text message`,
    'notify.push': t`A notification on a device`,
    'notify.tidy': t`Clearing away old notifications`,
    'ehr.webhook': t`A message to the record system`,
    'billing.settle': t`Looking up a payment`,
    'billing.forget-customer': t`Removing an erased client’s cards at the payment service`,
    'forms.new-client': t`The forms of a new client`,
  }
}
