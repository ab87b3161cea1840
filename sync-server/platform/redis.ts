/**
 * Redis, where several servers share what need not be durable. Nothing waits for it: a command that cannot be sent or
 * is not answered in time fails at once, and the connections come back by themselves.
 */
import { createClient } from '@redis/client'
import { StartError } from './start-error.ts'

/** One for commands, one that may block while it waits for news. */
export interface Redis extends AsyncDisposable {
  readonly commands: RedisClient
  readonly reader: RedisClient
  /** Did it answer when the server started? It may come later. */
  readonly answered: boolean
  close(): Promise<void>
}
export type RedisClient = ReturnType<typeof connect>

const FIRST_ANSWER_MS = 2_000
/** Every command, and every blocking read, is answered sooner. */
const SILENCE_MS = 4_000
const LONGEST_WAIT_MS = 1_000

/** Throws StartError when Redis refuses the password. One that is not there yet is no reason not to start. */
export async function openRedis(url: string): Promise<Redis> {
  const commands = connect(url)
  const reader = connect(url)
  const close = async () => {
    for (const client of [commands, reader]) if (client.isOpen) client.destroy()
  }
  try {
    return {
      commands,
      reader,
      answered: await firstAnswer(commands),
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function connect(url: string) {
  const client = createClient({
    url,
    RESP: 2,
    // A queue would deliver in a burst, much later, what nobody waits for any more.
    disableOfflineQueue: true,
    commandsQueueMaxLength: 5_000,
    socket: {
      connectTimeout: FIRST_ANSWER_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (attempt) =>
        Math.min(LONGEST_WAIT_MS, 50 * 2 ** Math.min(attempt, 8)) * (0.5 + Math.random() / 2),
    },
  })
  // Without a listener the first lost connection would end the process.
  client.on('error', () => undefined)
  client.connect().catch(() => undefined)
  return client
}

async function firstAnswer(client: RedisClient): Promise<boolean> {
  const failure = await new Promise<Error | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(new Error('no answer')), FIRST_ANSWER_MS)
    const end = (error?: Error) => {
      clearTimeout(timer)
      resolve(error)
    }
    client.once('error', end)
    client.once('ready', () => {
      // The first command tells whether it wants a password that was not given.
      client.ping().then(() => end(), end)
    })
  })
  if (failure !== undefined && /^(WRONGPASS|NOAUTH|NOPERM)/.test(failure.message))
    throw new StartError('The Redis in REDIS_URL refuses the user or the password.')
  return failure === undefined
}
