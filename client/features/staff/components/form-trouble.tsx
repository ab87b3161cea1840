/** Why something with a form was not done, and what to do next. */
import { Trans } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import { Notice } from '../../../ui/panel.tsx'

const KNOWN = new Set(['no_json', 'offline', 'already_exists', 'wrong_state', 'stale_revision', 'too_large'])

export function FormTrouble({ why }: { why: string | null }) {
  if (why === null) return null
  return (
    <Notice icon={CircleAlert} tone="bad" role="alert">
      <p>
        {why === 'no_json' ? (
          <Trans>This file is not JSON. Export the questionnaire as FHIR JSON and choose it again.</Trans>
        ) : null}
        {why === 'offline' ? (
          <Trans>The server cannot be reached. Nothing was changed; try again once you are connected.</Trans>
        ) : null}
        {why === 'already_exists' ? (
          <Trans>
            There is a form with this short name. Choose another, or upload a new version of that form.
          </Trans>
        ) : null}
        {why === 'wrong_state' ? (
          <Trans>The newest version says the same already. Nothing was published.</Trans>
        ) : null}
        {why === 'stale_revision' ? (
          <Trans>
            A colleague published another version meanwhile. Load this page again and look at it first.
          </Trans>
        ) : null}
        {why === 'too_large' ? <Trans>This file is larger than 1 MB. Nothing was published.</Trans> : null}
        {KNOWN.has(why) ? null : (
          <Trans>The server did not take this. Nothing was changed; try again in a moment.</Trans>
        )}
      </p>
    </Notice>
  )
}
