import { createFileRoute, Outlet } from '@tanstack/react-router'
import { SessionGate } from '../app/session-gate.tsx'
import { StaffShell } from '../app/staff-shell.tsx'

const Staff = () => (
  <SessionGate audience="staff">
    <StaffShell>
      <Outlet />
    </StaffShell>
  </SessionGate>
)

export const Route = createFileRoute('/staff')({ component: Staff })
