/** Tablets of the waiting room, put together; part of the composition root. */
import { createHmac, hkdfSync } from 'node:crypto'
import type { Route } from './http/route.ts'
import { writeAssignment } from './modules/forms/assign-form.ts'
import { createAnswers } from './modules/kiosk/answers.ts'
import { createArming } from './modules/kiosk/arming.ts'
import { createClinicKeys } from './modules/kiosk/clinic-key-store.ts'
import type { KioskDeps } from './modules/kiosk/deps.ts'
import { createKept } from './modules/kiosk/kept.ts'
import { keptRoutes } from './modules/kiosk/kept-routes.ts'
import { staffKioskRoutes } from './modules/kiosk/staff-routes.ts'
import { createTabletDoor } from './modules/kiosk/tablet-door.ts'
import { tabletRoutes } from './modules/kiosk/tablet-routes.ts'
import { createTablets } from './modules/kiosk/tablets.ts'
import type { KeyProvider } from './platform/key-provider.ts'

interface Deps extends Omit<KioskDeps, 'assign' | 'clinicKeys' | 'hashCode'> {
  readonly keyProvider: KeyProvider
  readonly pepper: Uint8Array
}

export function composeKiosk({ keyProvider, pepper, ...given }: Deps): readonly Route[] {
  const codeKey = Buffer.from(hkdfSync('sha256', pepper, new Uint8Array(), 'kiosk codes v1', 32))
  const deps: KioskDeps = {
    ...given,
    clinicKeys: createClinicKeys(keyProvider),
    hashCode: (code) => createHmac('sha256', codeKey).update(code).digest('base64url'),
    assign: writeAssignment,
  }
  return [
    ...tabletRoutes(createTabletDoor(deps), createAnswers(deps)),
    ...staffKioskRoutes(createTablets(deps), createArming(deps)),
    ...keptRoutes(createKept(deps)),
  ]
}
