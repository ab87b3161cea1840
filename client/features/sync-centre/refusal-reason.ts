/** Why the clinic's server did not take a change, in plain words. */
import { useLingui } from '@lingui/react/macro'
import type { ErrorCode } from '../../../shared/protocol/errors.ts'

export function useRefusalReason(reason: ErrorCode | undefined): string {
  const { t } = useLingui()
  switch (reason) {
    case 'invalid_answers':
      return t`Some answers are missing or do not fit their questions. Open the form, check it, and submit it again.`
    case 'already_requested':
      return t`Your practice has an open request of yours for this already. You find it among your requests.`
    case 'wrong_state':
      return t`Your practice was faster: this was closed or decided in the meantime.`
    case 'unreadable':
      return t`What the clinic's server has of this was damaged. Your practice has been told, and what you wrote is kept.`
    case 'not_permitted':
    case 'not_found':
      return t`Your practice does not accept this change any more.`
    case 'too_large':
    case 'invalid_document':
    case 'invalid_message':
      return t`An answer is longer than the clinic can take, or not of its kind. Open the form and shorten it: the new answer is sent by itself.`
    default:
      return t`The clinic's server did not accept this change.`
  }
}
