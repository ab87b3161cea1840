/** Whom the practice asks for a second factor: an admin's decision, from the next sign-in of each on. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, CircleCheckBig } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useSession, useSessionView } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Option } from '../../../ui/choice.tsx'
import { Card, Notice } from '../../../ui/panel.tsx'
import { useServerData } from '../use-server-data.ts'

const PATH = '/api/v1/staff/practice/sign-in'

interface Policy {
  readonly staff: boolean
  readonly clients: boolean
}
function readPolicy(body: unknown): Policy | null {
  const { staff, clients } = Object(body) as Partial<Policy>
  return typeof staff === 'boolean' && typeof clients === 'boolean' ? { staff, clients } : null
}

export function SignInPolicy() {
  const { person } = useSessionView()
  return person?.role === 'admin' ? <AdminsPolicy /> : null
}

function AdminsPolicy() {
  const { t } = useLingui()
  const session = useSession()
  const { data } = useServerData(PATH, readPolicy)
  const [policy, setPolicy] = useState<Policy | null>(null)
  const [said, setSaid] = useState<'saved' | 'failed' | null>(null)
  useEffect(() => {
    if (data.state === 'ready') setPolicy(data.value)
  }, [data])
  if (policy === null) return null
  const save = async () => {
    setSaid(null)
    const { status } = await session.request({ method: 'PUT', path: PATH, body: policy })
    setSaid(status === 204 ? 'saved' : 'failed')
  }
  return (
    <Card labelledBy="sign-in-policy">
      <h2 id="sign-in-policy">
        <Trans>Who needs it in this practice</Trans>
      </h2>
      <p>
        <Trans>
          Whoever has not set it up is led through it at the next sign-in, before anything else opens.
        </Trans>
      </p>
      <Option
        id="policy-staff"
        type="checkbox"
        name="staff"
        checked={policy.staff}
        onChange={(staff) => setPolicy({ ...policy, staff })}
      >
        {t`Everybody who works here`}
      </Option>
      <Option
        id="policy-clients"
        type="checkbox"
        name="clients"
        checked={policy.clients}
        onChange={(clients) => setPolicy({ ...policy, clients })}
      >
        {t`Clients and those who act for them`}
      </Option>
      {said === null ? null : (
        <Notice
          icon={said === 'saved' ? CircleCheckBig : CircleAlert}
          tone={said === 'saved' ? 'good' : 'bad'}
          role={said === 'saved' ? 'status' : 'alert'}
        >
          <p>
            {said === 'saved' ? (
              <Trans>Saved.</Trans>
            ) : (
              <Trans>Not saved. Nothing was changed; try again.</Trans>
            )}
          </p>
        </Notice>
      )}
      <ButtonRow>
        <Button look="secondary" onClick={save}>
          <Trans>Save</Trans>
        </Button>
      </ButtonRow>
    </Card>
  )
}
