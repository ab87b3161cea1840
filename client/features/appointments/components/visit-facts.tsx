/** When, with whom and where: of an appointment that a question is about. */
import { Trans, useLingui } from '@lingui/react/macro'
import type { Appointment } from '../../../../shared/domains/appointments/schema.ts'
import { Card, Fact, Facts } from '../../../ui/panel.tsx'
import { visitTimes } from '../words.ts'

export function VisitFacts({ visit }: { visit: Appointment }) {
  const { i18n } = useLingui()
  const { day, span, zone } = visitTimes(i18n.locale, visit)
  return (
    <Card>
      <Facts>
        <Fact name={visit.title}>
          <strong>{day}</strong>
          <br />
          <Trans>
            {span}, {zone} (the clinic's time)
          </Trans>
        </Fact>
        {visit.clinicianName ? <Fact name={<Trans>With</Trans>}>{visit.clinicianName}</Fact> : null}
        <Fact name={<Trans>Where</Trans>}>{visit.place}</Fact>
      </Facts>
    </Card>
  )
}
