/** Puts the screens over a session. Tests mount the same screens over a session of their own. */
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { type OpenDrafts, OpenDraftsProvider } from '../drafts/open-drafts.tsx'
import type { PortalSession } from '../replica/portal-session.ts'
import { SessionProvider } from '../replica/session-context.tsx'
import { withStepUp } from '../replica/step-up.ts'
import { IdleLock } from './idle-lock.tsx'
import type { AppUpdate } from './register-service-worker.ts'
import { createPortalRouter } from './router.ts'
import { StepUpAsked } from './step-up-asked.tsx'
import { UpdatePrompt } from './update-prompt.tsx'

interface Parts {
  readonly session: PortalSession
  readonly drafts: OpenDrafts
  readonly update: AppUpdate
}

export function mountPortal({ session, drafts, update }: Parts): void {
  const place = document.getElementById('portal')
  if (place === null) throw new Error('The page has no place for the portal.')
  const router = createPortalRouter()
  const stepUps = withStepUp(session)
  createRoot(place).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <SessionProvider session={stepUps.session}>
          <OpenDraftsProvider drafts={drafts}>
            <IdleLock />
            <RouterProvider router={router} />
            <StepUpAsked stepUps={stepUps} session={session} />
            <UpdatePrompt update={update} />
          </OpenDraftsProvider>
        </SessionProvider>
      </I18nProvider>
    </StrictMode>,
  )
}
