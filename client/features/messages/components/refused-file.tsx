import { Trans } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { Status } from '../../../ui/panel.tsx'

export const RefusedFile = () => (
  <Status icon={CircleAlert} tone="bad">
    <Trans>The clinic does not take this file</Trans>
  </Status>
)
