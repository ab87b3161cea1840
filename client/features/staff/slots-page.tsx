/** Times that are free: a week of the practice, day by day, to be put up and taken back. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CalendarPlus, ChevronLeft, ChevronRight, CircleAlert, CircleCheck, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { addDays, dayAt, dayBounds } from '../../../shared/calendar/clinic-days.ts'
import { useSession } from '../../replica/session-context.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { Page } from '../../ui/page.tsx'
import { EmptyState, Notice } from '../../ui/panel.tsx'
import { clockOf, dayOf, spanOf, today, zoneName } from '../../ui/time.ts'
import { whyNot } from './accounts-data.ts'
import { AccountTrouble } from './components/account-trouble.tsx'
import { NotReady } from './components/not-ready.tsx'
import { OfferForm } from './components/offer-form.tsx'
import { type FreeSlot, type FreeSlots, readSlots, slotPath, slotsPath } from './request-data.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

const LINK = { to: '/staff/slots' } as const
const WEEK = 7
const HOUR_MS = 3_600_000

function Turn({ day }: { day: string }) {
  const { t } = useLingui()
  return (
    <nav className={styles.turn} aria-label={t`Week`}>
      <Link {...LINK} search={{ day: addDays(day, -WEEK) }} className={buttonClass('secondary')}>
        <ChevronLeft size={18} aria-hidden />
        <Trans>Week before</Trans>
      </Link>
      <Link {...LINK} search={{}} className={buttonClass('secondary')}>
        <Trans>Today</Trans>
      </Link>
      <Link {...LINK} search={{ day: addDays(day, WEEK) }} className={buttonClass('secondary')}>
        <Trans>Week after</Trans>
        <ChevronRight size={18} aria-hidden />
      </Link>
    </nav>
  )
}

function Slot({
  slot,
  timeZone,
  onRemove,
}: {
  slot: FreeSlot
  timeZone: string
  onRemove: (slot: FreeSlot) => void
}) {
  const { i18n, t } = useLingui()
  const time = clockOf(i18n.locale, slot.startsAt, timeZone)
  const name = slot.clinicianName
  return (
    <li className={classes(styles.line, styles.visit, styles.slot)}>
      <strong className={styles.clock}>{spanOf(i18n.locale, slot.startsAt, slot.endsAt, timeZone)}</strong>
      <span className={styles.who}>
        <strong>{name}</strong>
        <span>
          {slot.kind === 'telehealth' ? <Trans>Telehealth</Trans> : <Trans>In person</Trans>} · {slot.place}
        </span>
      </span>
      <Button look="quiet" aria-label={t`Take back ${time}, ${name}`} onClick={() => onRemove(slot)}>
        <Trash2 size={18} aria-hidden />
        <Trans>Take back</Trans>
      </Button>
    </li>
  )
}

function SlotTrouble({ why }: { why: string | null }) {
  if (why !== 'slot_taken' && why !== 'not_found') return <AccountTrouble why={why} />
  return (
    <Notice icon={CircleAlert} tone="wait" role="alert">
      <p>
        {why === 'slot_taken' ? (
          <Trans>
            Somebody was given this time meanwhile. It stays as it is; to free it, cancel the appointment.
          </Trans>
        ) : (
          <Trans>This time was taken back already.</Trans>
        )}
      </p>
    </Notice>
  )
}

function Days({ found, onRemove }: { found: FreeSlots; onRemove: (slot: FreeSlot) => void }) {
  const { i18n } = useLingui()
  const { items, timeZone } = found
  const days = [...new Set(items.map(({ startsAt }) => dayAt(startsAt, timeZone)))]
  return days.map((day) => {
    const own = items.filter(({ startsAt }) => dayAt(startsAt, timeZone) === day)
    const name = dayOf(i18n.locale, own[0]?.startsAt ?? 0, timeZone)
    return (
      <section key={day} aria-label={name} className={styles.slots}>
        <h2>{name}</h2>
        <ul className={styles.list}>
          {own.map((slot) => (
            <Slot key={slot.id} slot={slot} timeZone={timeZone} onRemove={onRemove} />
          ))}
        </ul>
      </section>
    )
  })
}

/** The practice's zone comes with the answer: enough is asked for in any zone, and what is of other days left out. */
const spanAround = (day: string) => ({
  from: dayBounds(day, 'UTC').from - 14 * HOUR_MS,
  to: dayBounds(addDays(day, WEEK), 'UTC').from + 14 * HOUR_MS,
})
const ofWeek = (day: string, found: FreeSlots): FreeSlots => {
  const end = addDays(day, WEEK)
  const isIn = ({ startsAt }: FreeSlot) => {
    const on = dayAt(startsAt, found.timeZone)
    return on >= day && on < end
  }
  return { ...found, items: found.items.filter(isIn) }
}

export function SlotsPage({ day = today(), cursor }: { day?: string; cursor?: string }) {
  const { i18n, t } = useLingui()
  const session = useSession()
  const { from, to } = spanAround(day)
  const { data, again } = useServerData(slotsPath(from, to, { limit: 100, cursor }), readSlots)
  const [added, setAdded] = useState<number | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  const found = data.state === 'ready' ? ofWeek(day, data.value) : null
  const remove = async ({ id }: FreeSlot) => {
    setAdded(null)
    const answer = await session.request({ method: 'DELETE', path: slotPath(id) })
    setWhy(answer.status === 200 ? null : whyNot(answer))
    again()
  }
  return (
    <Page
      title={t`Free times`}
      wide
      lead={
        found ? (
          <Trans>
            What can be given to clients, in the clinic's time ({zoneName(i18n.locale, from, found.timeZone)}
            ).
          </Trans>
        ) : null
      }
    >
      <Turn day={day} />
      <NotReady data={data} again={again} />
      <SlotTrouble why={why} />
      {added === null ? null : (
        <Notice icon={CircleCheck} tone="good">
          <p role="status">
            <Plural
              value={added}
              _0="These times were there already."
              one="# time is put up."
              other="# times are put up."
            />
          </p>
        </Notice>
      )}
      {found?.items.length === 0 ? (
        <EmptyState icon={CalendarPlus} title={<Trans>No free times in this week</Trans>}>
          <p>
            <Trans>Put some up below; requests of clients are answered with them.</Trans>
          </p>
        </EmptyState>
      ) : null}
      {found ? <Days found={found} onRemove={remove} /> : null}
      {found?.next ? (
        <Link {...LINK} search={{ day, after: found.next }}>
          <Trans>More</Trans>
        </Link>
      ) : null}
      {found ? (
        <OfferForm
          about={found}
          day={day}
          onOffered={(_, count) => {
            setWhy(null)
            setAdded(count)
            again()
          }}
        />
      ) : null}
    </Page>
  )
}
