/** Where this form's answers are, all the time, in one line. */
import { Trans } from '@lingui/react/macro'
import { CircleAlert, CloudCheck, PencilLine } from 'lucide-react'
import { usePendingItem } from '../../../drafts/draft-list.ts'
import { useDraftPart } from '../../../drafts/use-draft.ts'
import { useSyncView } from '../../../replica/session-context.tsx'
import { ItemStatus } from '../../../ui/item-status.tsx'
import { Status } from '../../../ui/panel.tsx'
import { useOpenForm } from '../open-form.tsx'

export function SaveLine() {
  const { store } = useOpenForm()
  const isFailing = useDraftPart(store, ({ save }) => save === 'failing')
  const id = useDraftPart(store, ({ draft }) => draft.id)
  const isBegun = useDraftPart(store, ({ draft }) => draft.status !== 'assigned')
  const item = usePendingItem(useSyncView(), id)
  if (isFailing)
    return (
      <Status icon={CircleAlert} tone="bad">
        <Trans>Not saved yet · trying again. Keep this page open.</Trans>
      </Status>
    )
  if (item) return <ItemStatus state={item.state} at={item.at} />
  if (!isBegun)
    return (
      <Status icon={PencilLine}>
        <Trans>Every answer is saved on this device as you type</Trans>
      </Status>
    )
  return (
    <Status icon={CloudCheck} tone="good">
      <Trans>Saved on this device and received by the clinic</Trans>
    </Status>
  )
}
