/** What processes of this machine use, read from /proc: CPU time and memory. Linux only. */
import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds in a tick of /proc: 100 a second on every Linux that Node runs on. */
const TICK = 10

interface Stat {
  readonly parent: number
  readonly ticks: number
  /** Of children that ended and were waited for. */
  readonly ticksOfEnded: number
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold anything; the numbers come after the last bracket.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [
      fields[1],
      ...fields.slice(11, 15),
    ]
    return { parent, ticks: user + system, ticksOfEnded: endedUser + endedSystem }
  } catch {
    return undefined
  }
}

function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const stat = Number.isInteger(pid) ? statOf(pid) : undefined
    if (stat !== undefined) children.set(stat.parent, [...(children.get(stat.parent) ?? []), pid])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree
}

/** ms of CPU that a process and all its children have used until now, ended ones included. */
export function cpuOfTree(root: number): number {
  let ticks = 0
  for (const pid of treeOf(root)) {
    const stat = statOf(pid)
    if (stat !== undefined) ticks += stat.ticks + stat.ticksOfEnded
  }
  return ticks * TICK
}

/** Bytes of memory of one process, shared pages counted in parts (PSS). */
export function memoryOf(pid: number): number {
  const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
  return Number(found?.[1] ?? 0) * 1024
}

export const parentOf = (pid: number): number => statOf(pid)?.parent ?? 0
