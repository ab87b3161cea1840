/** A real Redis of a test's own on a free loopback port, in memory only, that can be killed, halted and started again. */
import { connect } from 'node:net'
import { ensureRedis } from '../tools/find-programs.mjs'
import { freePort } from './free-port.ts'
import { type RunningProgram, runProgram } from './program.ts'

export interface TestRedis extends AsyncDisposable {
  readonly url: string
  /** `kill -9`; what it held is gone. */
  kill(): Promise<void>
  /** Again, on the same port, empty. */
  start(): Promise<void>
  /** Connections stay open and nothing answers. */
  halt(): void
  resume(): void
  /** Sends one command and gives the raw answer. */
  command(...words: readonly string[]): Promise<string>
}

export async function startRedis(options: { password?: string } = {}): Promise<TestRedis> {
  const binary = ensureRedis()
  const port = await freePort()
  const settings = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: '/tmp' }
  const secret = options.password === undefined ? [] : ['--requirepass', options.password]
  const args = [...Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]), ...secret]
  let running: RunningProgram

  const command = (...words: readonly string[]) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      socket.setTimeout(5_000, () => socket.destroy(new Error('Redis does not answer.')))
      socket.once('error', reject)
      let answer = ''
      socket.on('data', (chunk) => {
        answer += chunk
      })
      socket.once('end', () => resolve(answer))
      const lines = [...words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)]
      socket.write(`*${words.length}\r\n${lines.join('')}*1\r\n$4\r\nQUIT\r\n`)
    })
  const start = async () => {
    running = await runProgram(binary, args)
    for (let waits = 0; ; waits++) {
      const answer = await command('PING').catch(() => '')
      if (/PONG|NOAUTH/.test(answer)) return
      if (waits > 300) throw new Error('Redis did not start.')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  await start()
  const kill = () => running.kill()
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    halt: () => running.signal('SIGSTOP'),
    resume: () => running.signal('SIGCONT'),
    command,
    [Symbol.asyncDispose]: kill,
  }
}
