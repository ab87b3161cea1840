/** Who has access and who was asked, each with what they may see, and the ways to change and end it. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Clock, UsersRound } from 'lucide-react'
import { Button, ButtonRow } from '../ui/button.tsx'
import { Card, EmptyState, Fact, Facts, Status } from '../ui/panel.tsx'
import { dateOf } from '../ui/time.ts'
import { GrantedAreas } from './granted-areas.tsx'
import type { Helper, Invited, People } from './people-data.ts'

interface PeopleListProps {
  readonly people: People
  readonly onChange: (helper: Helper) => void
  readonly onEnd: (helper: Helper) => void
  readonly onWithdraw: (invited: Invited) => void
}

export function PeopleList({ people, onChange, onEnd, onWithdraw }: PeopleListProps) {
  const { t, i18n } = useLingui()
  const day = (at: number) => dateOf(i18n.locale, at)
  const lasts = (until: number | null) => (until === null ? t`Until it is ended` : day(until))
  if (people.people.length + people.invitations.length === 0)
    return (
      <EmptyState icon={UsersRound} title={<Trans>Nobody else has access</Trans>}>
        <p>
          <Trans>Only the client and the practice can see this record.</Trans>
        </p>
      </EmptyState>
    )
  return (
    <>
      {people.people.map((helper) => (
        <Card key={helper.account} labelledBy={`person-${helper.account}`}>
          <h2 id={`person-${helper.account}`}>{helper.name}</h2>
          <GrantedAreas granted={helper.scopes} />
          <Facts>
            <Fact name={t`Email`}>{helper.email}</Fact>
            <Fact name={t`Since`}>{day(helper.since)}</Fact>
            <Fact name={t`Last day`}>{lasts(helper.until)}</Fact>
          </Facts>
          <ButtonRow>
            {people.mayGive ? (
              <Button
                look="secondary"
                aria-describedby={`person-${helper.account}`}
                onClick={() => onChange(helper)}
              >
                <Trans>Change</Trans>
              </Button>
            ) : null}
            <Button
              look="secondary"
              aria-describedby={`person-${helper.account}`}
              onClick={() => onEnd(helper)}
            >
              <Trans>End access</Trans>
            </Button>
          </ButtonRow>
        </Card>
      ))}
      {people.invitations.map((invited) => (
        <Card key={invited.id} labelledBy={`invited-${invited.id}`}>
          <h2 id={`invited-${invited.id}`}>{invited.name}</h2>
          <Status icon={Clock} tone="wait">
            <Trans>Asked, has not accepted yet</Trans>
          </Status>
          <GrantedAreas granted={invited.scopes} />
          <Facts>
            <Fact name={t`The link went to`}>{invited.email}</Fact>
            <Fact name={t`The link works until`}>{day(invited.goodUntil)}</Fact>
            <Fact name={t`Last day`}>{lasts(invited.until)}</Fact>
          </Facts>
          <ButtonRow>
            <Button
              look="secondary"
              aria-describedby={`invited-${invited.id}`}
              onClick={() => onWithdraw(invited)}
            >
              <Trans>Take the invitation back</Trans>
            </Button>
          </ButtonRow>
        </Card>
      ))}
    </>
  )
}
