/**
 * `tsx tests/bench/client-search.ts`: the office's list of clients in a practice of 100,000: how long a page and a search
 * take, and how Postgres does it.
 */
import { randomUUID } from 'node:crypto'
import { findClients, wordsOf } from '../../sync-server/modules/auth/staff-accounts-store.ts'
import { openDatabase } from '../../sync-server/platform/database.ts'
import { migrate } from '../../sync-server/platform/migrate.ts'
import { postgresDatabase } from '../harness/postgres.ts'
import { MIGRATIONS } from '../harness/practice.ts'

const CLIENTS = 100_000
const ROUNDS = 100
const { url } = await postgresDatabase()
await using database = await openDatabase({ url })
await migrate(database, MIGRATIONS)
const practiceId = randomUUID()
await database.prisma.practice.create({
  data: { id: practiceId, name: 'Large', timeZone: 'UTC', phone: '1' },
})
await database.withScripts(({ exec }) =>
  exec(`
    INSERT INTO portal.client (client_id, practice_id, name)
    SELECT gen_random_uuid(), '${practiceId}', initcap(translate(substr(md5('g' || n % 900), 1, 6), '0123456789', 'aeiourlnst'))
      || ' ' || initcap(translate(substr(md5('f' || n), 1, 8), '0123456789', 'aeiourlnst'))
    FROM generate_series(1, ${CLIENTS}) AS n;
    ANALYZE portal.client`),
)
const some = await database.prisma.client.findMany({ skip: 50_000, take: 1, orderBy: { name: 'asc' } })
const [middle] = some
const [given = '', family = ''] = (middle?.name ?? '').split(' ')
const ofTheMiddle = middle && { name: middle.name, clientId: middle.clientId }
const asked = [
  ['the first page', '', undefined],
  ['a page in the middle', '', ofTheMiddle],
  ['a whole name', `${given} ${family}`, undefined],
  ['four letters of a family name', family.slice(0, 4), undefined],
  ['one letter', family.slice(0, 1), undefined],
  ['nobody', 'zzzzzz qqq', undefined],
] as const
for (const [what, search, after] of asked) {
  const times: number[] = []
  let found = 0
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    const ids = await findClients(database.prisma, practiceId, { words: wordsOf(search), limit: 51, after })
    found = ids.length
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  const at = (part: number) => (times[Math.floor(times.length * part)] ?? 0).toFixed(1)
  console.log(`${what}: ${found} found, median ${at(0.5)} ms, p95 ${at(0.95)} ms`)
}
const plan = await database.withScripts(({ query }) =>
  query<{ 'QUERY PLAN': string }>(
    `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT client_id FROM portal.client
     WHERE practice_id = '${practiceId}' AND shredded_at IS NULL AND (name, client_id) > ('', '00000000-0000-0000-0000-000000000000')
       AND to_tsvector('simple'::regconfig, regexp_replace(name, '[^[:alnum:]]+', ' ', 'g')) @@ to_tsquery('simple', '''${family.slice(0, 4)}'':*')
     ORDER BY name, client_id LIMIT 51`,
  ),
)
console.log(plan.map((row) => row['QUERY PLAN']).join('\n'))
