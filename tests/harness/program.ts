/** A program that a test runs beside itself, and that is gone when the test's process is, however that ends. */
import { spawn } from 'node:child_process'
import { Socket } from 'node:net'

export interface RunningProgram {
  readonly pid: number
  signal(signal: NodeJS.Signals): void
  /** Resolves when it is gone. */
  readonly ended: Promise<void>
  kill(): Promise<void>
}

/** Says its pid first. Its third descriptor closes with the test's process, even after SIGKILL of that. */
const UNTIL_STDIN_CLOSES = `
exec 3<&0
"$0" "$@" > /dev/null 2>&1 3<&- &
program=$!
echo $program
(cat <&3; kill -TERM $program; sleep 2; kill -KILL $program) > /dev/null 2>&1 &
watcher=$!
wait $program
kill $watcher`

export async function runProgram(command: string, args: readonly string[]): Promise<RunningProgram> {
  const shell = spawn('sh', ['-c', UNTIL_STDIN_CLOSES, command, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = new Promise<void>((resolve) => shell.once('exit', () => resolve()))
  const pid = await new Promise<number>((resolve, reject) => {
    shell.once('error', reject)
    shell.stdout.once('data', (line) => resolve(Number(String(line).trim())))
    void ended.then(() => reject(new Error(`${command} could not be started.`)))
  })
  shell.unref()
  for (const pipe of [shell.stdin, shell.stdout]) if (pipe instanceof Socket) pipe.unref()
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(pid, name)
    } catch {
      // Gone already.
    }
  }
  return {
    pid,
    signal,
    ended,
    kill() {
      signal('SIGKILL')
      return ended
    },
  }
}
