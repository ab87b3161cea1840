/**
 * One request for a refill: where it is on its way, what was said, and what the client can do about it now. What the
 * practice did not take stays here with its words.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleAlert, PackageCheck, Undo2 } from 'lucide-react'
import { useId, useState } from 'react'
import { isUndecided } from '../../../../shared/domains/medications/refill-rules.ts'
import type { Medication } from '../../../../shared/domains/medications/schema.ts'
import type { KnownRefill } from '../../../replica/known-refills.ts'
import { useGranted } from '../../../replica/record-grants.ts'
import { useReplica } from '../../../replica/session-context.tsx'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { ItemStatus } from '../../../ui/item-status.tsx'
import { Card, Notice, Status } from '../../../ui/panel.tsx'
import { RefillState } from '../../../ui/refill-state.tsx'
import { momentOf } from '../../../ui/time.ts'
import { askForRefill, received, withdraw } from '../commands.ts'
import styles from '../prescriptions.module.css'
import { AnswerForm } from './answer-form.tsx'
import { RefillSteps } from './refill-steps.tsx'

function Asked({
  id,
  refill: { pharmacy, note, answer, status, steps, requestedAt },
}: Pick<KnownRefill, 'refill'> & { readonly id: string }) {
  const { i18n } = useLingui()
  const asked = momentOf(i18n.locale, requestedAt)
  const isNewAnswer = status === 'requested' && answer !== undefined && steps?.at(-1)?.status !== 'requested'
  return (
    <>
      <p id={id} className={styles.soft}>
        <Trans>Asked for on {asked}</Trans>
      </p>
      {pharmacy ? (
        <p>
          <Trans>Pharmacy: {pharmacy}</Trans>
        </p>
      ) : null}
      {note ? <p className={styles.quote}>{note}</p> : null}
      {isNewAnswer ? (
        <div>
          <p className={styles.soft}>
            <Trans>You answered:</Trans>
          </p>
          <p className={styles.quote}>{answer}</p>
        </div>
      ) : null}
    </>
  )
}

function NotTaken({ refused, hasOther }: { refused: boolean; hasOther: boolean }) {
  return (
    <Notice icon={CircleAlert} tone="wait">
      <p>
        {refused && hasOther ? (
          <Trans>
            This was not taken: another request for the same medication is under way. What you wrote is kept
            here; if it matters, send it to your practice as a message.
          </Trans>
        ) : (
          <Trans>Your practice could not take this. What you wrote is kept here.</Trans>
        )}{' '}
        <Link to="/sync">
          <Trans>See why, and what you can do</Trans>
        </Link>
      </p>
    </Notice>
  )
}

function Answer({ refill: { decidedByName, decisionNote, status } }: Pick<KnownRefill, 'refill'>) {
  if (!decisionNote || status === 'requested') return null
  return (
    <div>
      <p className={styles.soft}>
        {decidedByName ? <Trans>{decidedByName} writes:</Trans> : <Trans>Your practice writes:</Trans>}
      </p>
      <p className={styles.quote}>{decisionNote}</p>
    </div>
  )
}

interface ActionsProps {
  readonly known: KnownRefill
  /** What can be asked for after all, where it was withdrawn. */
  readonly again: Medication | undefined
  readonly labelledBy: string
  readonly onFailed: (failed: boolean) => void
}

function Actions({ known: { refill, item }, again, labelledBy, onFailed }: ActionsProps) {
  const replica = useReplica()
  const { id, status, steps, pharmacy = '', note = '' } = refill
  const unsent = item?.state === 'saved' || item?.state === 'waiting'
  const act = (work: Promise<void>) => {
    onFailed(false)
    work.catch(() => onFailed(true))
  }
  if (replica === null) return null
  return (
    <ButtonRow>
      {status === 'sent' || status === 'approved' ? (
        <Button look="secondary" onClick={() => act(received(replica, id))} aria-describedby={labelledBy}>
          <PackageCheck size={18} aria-hidden />
          <Trans>I have it</Trans>
        </Button>
      ) : null}
      {isUndecided(refill) ? (
        <Button look="quiet" onClick={() => act(withdraw(replica, id))} aria-describedby={labelledBy}>
          <Undo2 size={18} aria-hidden />
          {unsent && steps === undefined ? <Trans>Undo</Trans> : <Trans>Withdraw</Trans>}
        </Button>
      ) : null}
      {status === 'withdrawn' && again ? (
        <Button
          look="quiet"
          onClick={() => act(askForRefill(replica, { medication: again, pharmacy, note, now: Date.now() }))}
          aria-describedby={labelledBy}
        >
          <Undo2 size={18} aria-hidden />
          <Trans>Ask for it after all</Trans>
        </Button>
      ) : null}
    </ButtonRow>
  )
}

interface RefillCardProps {
  readonly known: KnownRefill
  /** Is another one for the same medication under way? */
  readonly hasOther: boolean
  /** As it is prescribed now; undefined where it is not any more. */
  readonly medication: Medication | undefined
}

export function RefillCard({ known, hasOther, medication }: RefillCardProps) {
  const { refill, item, refused } = known
  const title = useId()
  const mayAsk = useGranted('prescriptions', 'write')
  const [failed, setFailed] = useState(false)
  const { id, status, steps } = refill
  const needsDecision = item?.state === 'attention'
  return (
    <Card labelledBy={`${title} ${title}-asked`}>
      <div className={styles.card}>
        <h3 id={title}>
          {refill.medication ? (
            `${refill.medication.name} ${refill.medication.dose}`
          ) : (
            <Trans>A medication</Trans>
          )}
        </h3>
        {refused ? (
          <Status icon={CircleAlert} tone="wait" pill>
            <Trans>Not taken</Trans>
          </Status>
        ) : (
          <RefillState status={status} />
        )}
        <Asked id={`${title}-asked`} refill={refill} />
        <Answer refill={refill} />
        {item ? <ItemStatus state={item.state} at={item.at} /> : null}
        {needsDecision ? <NotTaken refused={refused} hasOther={hasOther} /> : null}
        {failed ? (
          <Notice icon={CircleAlert} tone="bad" role="alert">
            <p>
              <Trans>This could not be saved on this device. Nothing has changed; please try again.</Trans>
            </p>
          </Notice>
        ) : null}
        {status === 'more-information' && mayAsk ? <AnswerForm refillId={id} /> : null}
        {needsDecision || !mayAsk ? null : (
          <Actions
            known={known}
            again={hasOther ? undefined : medication}
            labelledBy={title}
            onFailed={setFailed}
          />
        )}
        {steps && steps.length > 1 ? (
          <details className={styles.history}>
            <summary>
              <Trans>What happened</Trans>
            </summary>
            <RefillSteps steps={steps} />
          </details>
        ) : null}
      </div>
    </Card>
  )
}
