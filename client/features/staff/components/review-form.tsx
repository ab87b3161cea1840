/** Marks a submission reviewed, with a note that only staff see. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../../replica/session-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { TextArea } from '../../../ui/field.tsx'
import { Card, Notice } from '../../../ui/panel.tsx'
import styles from '../staff.module.css'
import { readSubmission, reviewPath, type StaffSubmission } from '../staff-data.ts'

interface ReviewFormProps {
  readonly found: StaffSubmission
  readonly onReviewed: (reviewed: StaffSubmission) => void
}

export function ReviewForm({ found, onReviewed }: ReviewFormProps) {
  const { t } = useLingui()
  const session = useSession()
  const [notes, setNotes] = useState('')
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')
  const review = async (event: FormEvent) => {
    event.preventDefault()
    setState('busy')
    const { status, body } = await session.request({
      method: 'POST',
      path: reviewPath(found.clientId, found.submission.id),
      body: notes.trim() === '' ? {} : { notes: notes.trim() },
    })
    const reviewed = status === 200 ? readSubmission(body) : null
    setState(reviewed === null ? 'failed' : 'idle')
    if (reviewed !== null) onReviewed(reviewed)
  }
  return (
    <Card>
      <form onSubmit={review} noValidate autoComplete="off" className={styles.form}>
        <TextArea
          id="review-note"
          label={t`Review note`}
          hint={t`Only staff see this note. The client sees that you have reviewed the form.`}
          optional
          maxLength={10_000}
          value={notes}
          onChange={setNotes}
        />
        {state === 'failed' ? (
          <Notice icon={CircleAlert} tone="bad" role="alert">
            <p>
              <Trans>The review could not be saved. Your note is still here; please try again.</Trans>
            </p>
          </Notice>
        ) : null}
        <div>
          <Button type="submit" busy={state === 'busy'}>
            <Trans>Mark as reviewed</Trans>
          </Button>
        </div>
      </form>
    </Card>
  )
}
