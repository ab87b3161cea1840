/** Whether a form can be given to clients, and whether every new one gets it. */
import { Trans } from '@lingui/react/macro'
import { CircleCheck, CirclePause, UserPlus } from 'lucide-react'
import { Status } from '../../../ui/panel.tsx'
import type { CatalogueForm } from '../forms-data.ts'

export const FormState = ({ form }: { form: Pick<CatalogueForm, 'active' | 'forNewClients'> }) => (
  <>
    {form.forNewClients && form.active ? (
      <Status icon={UserPlus} pill>
        <Trans>For new clients</Trans>
      </Status>
    ) : null}
    {form.active ? (
      <Status icon={CircleCheck} tone="good" pill>
        <Trans>Active</Trans>
      </Status>
    ) : (
      <Status icon={CirclePause} tone="wait" pill>
        <Trans>Inactive</Trans>
      </Status>
    )}
  </>
)
