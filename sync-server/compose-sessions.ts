/** Signing in, second steps, devices and accounts; part of the composition root. */
import type { Clock } from '../shared/kernel/clock.ts'
import { ok } from '../shared/kernel/result.ts'
import { composeAccounts } from './compose-accounts.ts'
import type { ComposedAdmission } from './compose-admission.ts'
import type { ComposedNotifications } from './compose-notifications.ts'
import type { Config } from './config.ts'
import type { Route } from './http/route.ts'
import { deviceRoutes } from './modules/auth/device-routes.ts'
import { createDeviceService } from './modules/auth/devices.ts'
import { factorRoutes } from './modules/auth/factors/factor-routes.ts'
import { createFactors } from './modules/auth/factors/factors.ts'
import { authRoutes } from './modules/auth/routes.ts'
import { createAuthService } from './modules/auth/service.ts'
import type { Database } from './platform/database.ts'
import type { Outbox } from './platform/outbox.ts'
import type { PasswordHasher } from './platform/password-hasher.ts'
import type { Replication } from './replication/replication.ts'
import type { Gateway } from './socket/gateway.ts'

interface Deps {
  readonly tell: ComposedNotifications['tell']
  readonly config: Config
  readonly database: Database
  readonly clock: Clock
  readonly outbox: Outbox
  readonly passwords: PasswordHasher
  readonly replication: Replication
  readonly admission: ComposedAdmission
  readonly origin: () => string
  readonly gateway: () => Gateway | undefined
}

export function composeSessions({ config, admission, origin, gateway, tell, ...deps }: Deps) {
  const { database, clock, outbox, replication } = deps
  const { pepper } = config.secrets
  const { isOwnOrigin } = admission
  const onSessionEnd = (sessionId: string) => gateway()?.endSession(sessionId)
  const anyLocalPort = config.origin === undefined
  const factors = createFactors({ database, clock, outbox, pepper, origin, anyLocalPort })
  const auth = createAuthService({
    ...deps,
    ...admission,
    pepper,
    factors,
    onSessionEnd,
    onNewDevice: (tx, accountId, deviceId) =>
      tell(tx, { event: 'new_device', key: `device:${deviceId}`, accountId }),
  })
  const accounts = composeAccounts({
    ...deps,
    limits: admission.limits,
    pepper,
    origin,
    onSessionEnd,
    checkPassword: auth.checkPassword,
    furtherProof: auth.twoStep.furtherProof,
  })
  const devices = createDeviceService({
    database,
    clock,
    onSessionEnd,
    onDeviceRevoked: (deviceId) => gateway()?.wipe(deviceId, { reason: 'device_revoked' }),
  })
  const routes: readonly Route[] = [
    ...authRoutes({ auth, isOwnOrigin }),
    ...factorRoutes(auth),
    ...accounts.routes,
    ...deviceRoutes({
      devices,
      confirmation: auth.confirmation,
      looksAfter: (actor, clientId, action) =>
        replication.read({
          actor,
          clientId,
          action,
          permit: ['assigned-clinician', 'front-desk', 'admin'],
          onDevice: false,
          run: async () => ok(null),
          describe: () => ({}),
        }),
    }),
  ]
  return {
    routes,
    devices,
    /** By which people are asked to look after a record. */
    links: accounts.links,
    /** Why this session must show once more who is there, if it must. */
    missing: (sessionId: string) => auth.confirmation.missing(sessionId),
  }
}
