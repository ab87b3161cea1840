/** Where Prisma's tools find the schema and its migrations. The server itself opens its database in platform/database.ts. */
import { join } from 'node:path'
import { defineConfig } from 'prisma/config'

export default defineConfig({
  schema: join(import.meta.dirname, 'schema.prisma'),
  migrations: { path: join(import.meta.dirname, 'migrations') },
})
