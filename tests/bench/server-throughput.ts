/**
 * Durable pushes a second from closed-loop clients over real sockets, and what one costs in processor time of server
 * and Postgres together. Each push is one answer of a draft: authorized, merged three ways, sealed, with its row in
 * feed, history and audit. Baseline: single-row transactions on ten connections to the same Postgres.
 */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { type BusyPractice, openBusyPractice } from './busy-practice.ts'
import { sizes } from './flags.ts'
import { runLoad } from './run-load.ts'
import { FLOORS, type Floor, type FloorWork, measureFloor } from './server-floor.ts'
import { type Figure, median } from './table.ts'

const ANSWERS = 30

export async function measureServerThroughput(): Promise<readonly Figure[]> {
  const { clients, seconds, runs } = sizes({ clients: 50, seconds: 8, runs: 3 })
  const nodeOptions = process.env.BENCH_NODE_OPTIONS ?? ''
  await using practice = await openBusyPractice({ nodeOptions })
  const rates: number[] = []
  const server: number[] = []
  const postgres: number[] = []
  const [p50, p99]: [number[], number[]] = [[], []]
  const baseline: number[] = []
  const floors: Record<FloorWork, Floor[]> = { echo: [], insert: [], rows: [] }
  for (let run = 0; run < runs; run += 1) {
    const devices = await practice.addClients(clients, { drafts: true })
    baseline.push(await singleRows(practice, (seconds * 1_000) / 4))
    for (const work of FLOORS)
      floors[work].push(await measureFloor(practice, work, { clients, ms: (seconds * 1_000) / 4 }))
    const load = await runLoad(practice, {
      url: practice.server.url,
      devices,
      work: 'closed-loop',
      warmUpMs: 2_000,
      ms: seconds * 1_000,
      answers: ANSWERS,
      everyMs: 0,
    })
    rates.push(load.done / (load.ms / 1_000))
    server.push(load.serverCpu / load.done)
    postgres.push(load.postgresCpu / load.done)
    const sorted = [...load.latencies].sort((a, b) => a - b)
    p50.push(sorted[Math.floor(sorted.length * 0.5)] ?? 0)
    p99.push(sorted[Math.floor(sorted.length * 0.99)] ?? 0)
  }
  const conditions = `${clients} closed-loop sockets in another process, ${seconds} s each, one answer of a draft of ${ANSWERS} answers a push, Postgres with fsync`
  return [
    {
      what: 'pushes a second',
      conditions,
      unit: '/s',
      runs: rates,
      baseline: { what: 'single-row transactions, 10 connections', runs: baseline },
    },
    { what: 'time to the answer, p50', conditions, unit: 'ms', runs: p50 },
    { what: 'time to the answer, p99', conditions, unit: 'ms', runs: p99 },
    { what: 'processor time a push: server', conditions: 'the same', unit: 'ms', runs: server },
    { what: 'processor time a push: Postgres', conditions: 'all its processes', unit: 'ms', runs: postgres },
    {
      what: 'processor time a push: both',
      conditions: `median rate ${Math.round(median(rates))} a second`,
      unit: 'ms',
      runs: server.map((cpu, index) => cpu + (postgres[index] ?? 0)),
      baseline: {
        what: 'a bare socket.io server that writes the same rows and does nothing else',
        runs: floors.rows.map((floor) => floor.server + floor.postgres),
      },
    },
    ...FLOORS.flatMap((work): Figure[] => [
      {
        what: `floor, ${work}: answers a second`,
        conditions: `${clients} closed-loop sockets, plain socket.io`,
        unit: '/s',
        runs: floors[work].map(({ perSecond }) => perSecond),
      },
      {
        what: `floor, ${work}: processor time of the server`,
        conditions: 'the same',
        unit: 'ms',
        runs: floors[work].map((floor) => floor.server),
      },
      {
        what: `floor, ${work}: processor time of Postgres`,
        conditions: 'the same',
        unit: 'ms',
        runs: floors[work].map((floor) => floor.postgres),
      },
    ]),
  ]
}

/** Transactions a second. */
async function singleRows({ sql, databaseUrl }: BusyPractice, ms: number): Promise<number> {
  await sql.query('CREATE TABLE IF NOT EXISTS public.baseline (id uuid PRIMARY KEY, body bytea NOT NULL)')
  const body = Buffer.alloc(940, 7)
  const until = performance.now() + ms
  let done = 0
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      const client = new pg.Client(databaseUrl)
      await client.connect()
      const text = 'INSERT INTO public.baseline (id, body) VALUES ($1, $2)'
      for (; performance.now() < until; done += 1)
        await client.query({ name: 'baseline', text, values: [randomUUID(), body] })
      await client.end()
    }),
  )
  return done / (ms / 1_000)
}
