/** Tablets of the waiting room: how each is, adding and removing them, and the visits that are armed for them. */
import { Trans, useLingui } from '@lingui/react/macro'
import { TabletSmartphone } from 'lucide-react'
import { type FormEvent, lazy, Suspense, useEffect, useState } from 'react'
import { useSession, useSessionView } from '../../replica/session-context.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Page, Part } from '../../ui/page.tsx'
import { Card, EmptyState } from '../../ui/panel.tsx'
import { whyNot } from './accounts-data.ts'
import { AccountTrouble } from './components/account-trouble.tsx'
import { ArmVisit } from './components/arm-visit.tsx'
import { KeptList } from './components/kept-list.tsx'
import { KioskSettings } from './components/kiosk-settings.tsx'
import { NotReady } from './components/not-ready.tsx'
import { ShownCode } from './components/shown-code.tsx'
import { TabletStrip } from './components/tablet-strip.tsx'
import { VisitList } from './components/visit-list.tsx'
import {
  type Coded,
  cancelVisitPath,
  KEPT_PATH,
  type KeptForm,
  keptPath,
  readCoded,
  readKept,
  readKiosk,
  readVisits,
  type StaffTablet,
  type StaffVisit,
  TABLETS_PATH,
  VISITS_PATH,
} from './kiosk-data.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

const RemoveTablet = lazy(() => import('./components/remove-tablet.tsx'))
const LOOK_EVERY_MS = 5_000
const AGAIN_MINUTES = 10

type Again = Pick<StaffVisit, 'clientId' | 'tabletId' | 'formKeys' | 'language'>
type Shown = { readonly what: 'tablet' | 'visit'; readonly coded: Coded }

export function TabletsPage() {
  const { t } = useLingui()
  const session = useSession()
  const role = useSessionView().person?.role
  const tablets = useServerData(TABLETS_PATH, readKiosk)
  const visits = useServerData(VISITS_PATH, readVisits)
  const kept = useServerData(KEPT_PATH, readKept)
  const [now, setNow] = useState(() => Date.now())
  const [name, setName] = useState('')
  const [shown, setShown] = useState<Shown | null>(null)
  const [removing, setRemoving] = useState<StaffTablet | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  const { again: lookAtTablets } = tablets
  const { again: lookAtVisits } = visits
  const { again: lookAtKept } = kept
  const view = tablets.data.state === 'ready' ? tablets.data.value : null
  // What a tablet does changes its visits: they are asked for then, and not every few seconds.
  const moves = view?.items.map(({ id, state, unsent, kept }) => `${id} ${state} ${unsent} ${kept}`).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another state of a tablet asks again
  useEffect(() => {
    lookAtVisits()
    lookAtKept()
  }, [moves, lookAtVisits, lookAtKept])
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible') return
      setNow(Date.now())
      lookAtTablets()
    }, LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [lookAtTablets])

  const post = async (path: string, body: unknown, what?: Shown['what']) => {
    setWhy(null)
    const answer = await session.request({ method: 'POST', path, body })
    const coded = answer.status === 201 ? readCoded(answer.body) : null
    if (coded !== null && what !== undefined) setShown({ what, coded })
    if (answer.status >= 300 || answer.status === 0) setWhy(whyNot(answer))
    lookAtTablets()
    lookAtVisits()
    lookAtKept()
  }
  const add = async (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    await post(TABLETS_PATH, { name: name.trim() }, 'tablet')
    setName('')
  }
  const arm = ({ clientId, tabletId, formKeys, language }: Again) => {
    const ready = view?.items.filter(({ enrolled, leaving }) => enrolled && !leaving) ?? []
    // One that was removed meanwhile has another take its place.
    const tablet = (ready.find(({ id }) => id === tabletId) ?? ready[0])?.id
    const body = { client: clientId, tablet, forms: formKeys, language, minutes: AGAIN_MINUTES }
    return post(VISITS_PATH, body, 'visit')
  }
  const armKept = ({ formKey, ...kept }: KeptForm) => arm({ ...kept, formKeys: [formKey] })
  return (
    <Page title={t`Tablets`} wide lead={<Trans>For forms in the waiting room.</Trans>}>
      <NotReady data={tablets.data} again={lookAtTablets} />
      <AccountTrouble why={why} />
      {shown === null ? null : (
        <ShownCode coded={shown.coded} what={shown.what} onClose={() => setShown(null)} />
      )}
      {view?.items.length === 0 ? (
        <EmptyState icon={TabletSmartphone} title={<Trans>No tablet yet</Trans>}>
          <p>
            <Trans>Add one below. It works with no network once it was added.</Trans>
          </p>
        </EmptyState>
      ) : null}
      {view && view.items.length > 0 ? (
        <TabletStrip tablets={view.items} now={now} onRemove={setRemoving} />
      ) : null}
      {view && kept.data.state === 'ready' && kept.data.value.length > 0 ? (
        <KeptList
          view={view}
          kept={kept.data.value}
          onFile={(one) => void post(keptPath(one, 'file'), {})}
          onSettle={(one) => void post(keptPath(one, 'settle'), {})}
          onAgain={(one) => void armKept(one)}
        />
      ) : null}
      {view ? (
        <ArmVisit
          view={view}
          now={now}
          onArmed={(coded) => {
            setShown({ what: 'visit', coded })
            lookAtVisits()
          }}
        />
      ) : null}
      {view && visits.data.state === 'ready' && visits.data.value.length > 0 ? (
        <Part id="visits" title={<Trans>Visits</Trans>}>
          <VisitList
            view={view}
            visits={visits.data.value}
            onCancel={(visit) => void post(cancelVisitPath(visit), {})}
            onAgain={(visit) => void arm(visit)}
          />
        </Part>
      ) : null}
      {view ? (
        <Card labelledBy="add-tablet">
          <h2 id="add-tablet">
            <Trans>Add a tablet</Trans>
          </h2>
          <form onSubmit={add} autoComplete="off" className={styles.search}>
            <TextField id="tablet-name" label={t`Name`} value={name} onChange={setName} />
            <Button type="submit" look="secondary">
              <Trans>Show a code</Trans>
            </Button>
          </form>
        </Card>
      ) : null}
      {view && role === 'admin' ? <KioskSettings view={view} onSaved={lookAtTablets} /> : null}
      {removing === null ? null : (
        <Suspense>
          <RemoveTablet
            tablet={removing}
            onClose={() => {
              setRemoving(null)
              lookAtTablets()
            }}
          />
        </Suspense>
      )}
    </Page>
  )
}
