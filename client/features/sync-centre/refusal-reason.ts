/** Why the clinic's server did not take a change, in plain words. */
import { useLingui } from '@lingui/react/macro'
import type { PendingItem } from '../../replica/portal-session.ts'

const TOO_MUCH = new Set<PendingItem['reason']>(['too_large', 'invalid_document', 'invalid_message'])

/** `files`: names of those that were refused, of a message. */
export function useRefusalReason(
  { reason, collection }: Pick<PendingItem, 'reason' | 'collection'>,
  files: readonly string[],
): string {
  const { t } = useLingui()
  const names = files.join(', ')
  if (names !== '')
    return t`The clinic does not take this file: ${names}. It may be damaged, not be what its name says, or not have passed the virus check. Nothing of the message was sent, and what you wrote is safe here.`
  if (collection === 'messages' && TOO_MUCH.has(reason))
    return t`The clinic's server cannot take this message as it is. What you wrote is safe here: open the conversation, edit it and send it again.`
  if (collection === 'submissions' && reason === 'too_large')
    return t`These answers are together longer than the clinic can receive at once. Open the form, shorten the longest ones, and submit it again.`
  switch (reason) {
    case 'invalid_answers':
      return t`Some answers are missing or do not fit their questions, or a file among them has not arrived from another device. Open the form, check it, and submit it again.`
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
