/** The demo practice in an empty database; part of the composition root. */
import { join } from 'node:path'
import type { Clock } from '../shared/kernel/clock.ts'
import type { Config } from './config.ts'
import { createOneTime, findTagsOf } from './modules/auth/one-time.ts'
import type { StaffDocuments } from './modules/documents/staff-service.ts'
import type { Database } from './platform/database.ts'
import type { PasswordHasher } from './platform/password-hasher.ts'
import type { Replication } from './replication/replication.ts'
import { seedDemo } from './seed-demo.ts'

interface Deps {
  readonly config: Config
  readonly database: Database
  readonly replication: Replication
  readonly documents: StaffDocuments
  readonly passwords: PasswordHasher
  readonly clock: Clock
  readonly progress: (line: string) => void
}

/** Did this start make it? Never in production. */
export async function composeDemo({ config, passwords, clock, progress, ...deps }: Deps): Promise<boolean> {
  if (config.production) return false
  const { seeded } = await seedDemo({
    ...deps,
    hashPassword: (password) => passwords.hash(password),
    findTags: findTagsOf(createOneTime(config.secrets.pepper)),
    catalogueDirectory: join(config.root, 'prisma', 'catalogue'),
    production: false,
    now: clock.now(),
  })
  if (seeded) progress('Demo practice: created.')
  return seeded
}
