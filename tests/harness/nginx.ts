/** A real nginx with the configuration that the repository gives to operators, in front of a test's servers. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureNginx } from '../tools/find-programs.mjs'
import { freePort } from './free-port.ts'
import { runProgram } from './program.ts'

export interface TestNginx extends AsyncDisposable {
  readonly url: string
  /** Reads its configuration again, as after `systemctl reload nginx`; resolves when new workers answer. */
  reload(servers: readonly number[]): Promise<void>
}

/** `servers`: their ports. */
export async function startNginx(servers: readonly number[]): Promise<TestNginx> {
  const directory = mkdtempSync(join(tmpdir(), 'portal-nginx-'))
  const port = await freePort()
  const sample = readFileSync('deploy/nginx-portal.conf', 'utf8')
  const site = join(directory, 'portal.conf')
  const write = (ports: readonly number[], generation: number) => {
    const upstream = /( +server )127\.0\.0\.1:\d+( .*;\n)(?: +server .*;\n)*/
    if (!upstream.test(sample)) throw new Error('The sample configuration has no servers.')
    const config = sample
      .replace(upstream, (_, before, after) =>
        ports.map((each) => `${before}127.0.0.1:${each}${after}`).join(''),
      )
      .replace('listen 80;', `listen 127.0.0.1:${port};\n    add_header X-Generation ${generation};`)
    writeFileSync(site, config)
  }
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${directory}/${name};`,
  )
  writeFileSync(
    join(directory, 'nginx.conf'),
    `daemon off; ${process.getuid?.() === 0 ? 'user root;' : ''}
    worker_processes 1; worker_shutdown_timeout 30s;
    pid ${directory}/pid; error_log ${directory}/error.log;
    events { worker_connections 512; }
    http { access_log off; ${temporary.join(' ')} include ${site}; }`,
  )
  let generation = 1
  const answers = async () => {
    for (let waits = 0; ; waits++) {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined)
      if (answer?.headers.get('x-generation') === String(generation)) return
      if (waits > 300) throw new Error(`nginx: ${readFileSync(`${directory}/error.log`, 'utf8')}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  write(servers, generation)
  const nginx = await runProgram(ensureNginx(), ['-p', directory, '-c', join(directory, 'nginx.conf')])
  await answers()
  return {
    url: `http://127.0.0.1:${port}`,
    reload(ports) {
      generation += 1
      write(ports, generation)
      nginx.signal('SIGHUP')
      return answers()
    },
    async [Symbol.asyncDispose]() {
      // The master ends its workers; killed, it would leave them.
      nginx.signal('SIGTERM')
      await nginx.ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
