/** Why the clinic's server did not take a change, in plain words. */
import { useLingui } from '@lingui/react/macro'
import type { ErrorCode } from '../../../shared/protocol/errors.ts'

export function useRefusalReason(reason: ErrorCode | undefined): string {
  const { t } = useLingui()
  switch (reason) {
    case 'invalid_answers':
      return t`Some answers are missing or do not fit their questions. Open the form, check it, and submit it again.`
    case 'wrong_state':
      return t`The form was closed in the meantime.`
    case 'not_permitted':
    case 'not_found':
      return t`Your practice does not accept this change any more.`
    case 'too_large':
      return t`This is larger than the clinic's server accepts.`
    case 'invalid_document':
    case 'invalid_message':
      return t`The clinic's server could not read this change.`
    default:
      return t`The clinic's server did not accept this change.`
  }
}
