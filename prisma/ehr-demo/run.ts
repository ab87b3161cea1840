/**
 * `npm run ehr:demo -- --account FILE`: feeds a made-up practice through the record system's door, as a real record
 * system would. What was done stays done: stopped and started again it goes on, and all of it once more changes nothing.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createApi, type Item } from './api.ts'
import { clientOf, type MadeUp } from './practice.ts'

const text = { type: 'string' } as const
const { values } = parseArgs({
  options: {
    account: text,
    url: { ...text, default: 'http://localhost:4000' },
    clients: { ...text, default: '2000' },
    seed: { ...text, default: '1' },
    today: text,
  },
})
/** The server takes 200 items at once. */
const AT_ONCE = 180
const IN_FLIGHT = 3

interface Progress extends MadeUp {
  readonly done: number
}

async function feed(accountFile: string): Promise<boolean> {
  const file = `${accountFile}.progress`
  const wanted: MadeUp = {
    seed: Number(values.seed),
    today: values.today ?? new Date().toISOString().slice(0, 10),
  }
  const earlier = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Progress) : undefined
  const goesOn = earlier?.seed === wanted.seed && (values.today ?? earlier.today) === earlier.today
  const made = goesOn ? { seed: earlier.seed, today: earlier.today } : wanted
  const from = goesOn ? earlier.done : 0
  const total = Number(values.clients)
  const api = createApi(values.url.replace(/\/$/, ''), accountFile)
  const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 }
  const started = performance.now()
  let firstRefusal = ''
  let done = from
  let next = from
  const finished = new Set<number>()

  const send = async (items: readonly Item[]) => {
    for (const { type, id, result, error } of await api.putMany(items)) {
      if (result !== undefined) counts[result.outcome] += 1
      else {
        counts.refused += 1
        firstRefusal ||= `${type} ${id}: ${error?.code} ${error?.detail}`
      }
    }
  }
  const work = async () => {
    while (next < total) {
      const number = next++
      const items = clientOf(made, number)
      for (let at = 0; at < items.length; at += AT_ONCE) await send(items.slice(at, at + AT_ONCE))
      finished.add(number)
      while (finished.delete(done)) done += 1
      if (done % 10 === 0 || done === total) writeFileSync(file, JSON.stringify({ ...made, done }))
      show()
    }
  }
  let shown = 0
  const show = () => {
    const seconds = (performance.now() - started) / 1000
    if (done < total && seconds - shown < (process.stdout.isTTY ? 0.3 : 15)) return
    shown = seconds
    const bar = '█'.repeat(Math.floor((done / total) * 30)).padEnd(30, '░')
    const left = Math.ceil((seconds / Math.max(1, done - from)) * (total - done))
    const sent = counts.created + counts.updated + counts.unchanged
    const line = `${bar} ${done}/${total} clients, ${sent} things, ${seconds.toFixed(0)} s, ${left} s left`
    process.stdout.write(process.stdout.isTTY ? `\r${line}  ` : `${line}\n`)
  }

  if (from > 0) console.log(`Going on at client ${from + 1} of ${total}, as of ${made.today}.`)
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  console.log(
    `\n${Object.entries(counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ')}`,
  )
  if (counts.refused > 0) console.error(`The first refusal: ${firstRefusal}`)
  return counts.refused === 0
}

if (values.account === undefined) {
  console.error(
    'npm run ehr:demo -- --account FILE (made by npm run ehr:account) [--url URL] [--clients 2000] [--seed 1]',
  )
  process.exitCode = 1
} else
  try {
    process.exitCode = (await feed(values.account)) ? 0 : 1
  } catch (error) {
    console.error(`\nStopped: ${error instanceof Error ? error.message : error}\nStart again to go on.`)
    process.exitCode = 1
  }
