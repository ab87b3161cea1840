import { createFileRoute, Outlet } from '@tanstack/react-router'
import { PortalShell } from '../app/portal-shell.tsx'
import { SessionGate } from '../app/session-gate.tsx'

const Portal = () => (
  <SessionGate audience="client">
    <PortalShell>
      <Outlet />
    </PortalShell>
  </SessionGate>
)

export const Route = createFileRoute('/_portal')({ codeSplitGroupings: [], component: Portal })
