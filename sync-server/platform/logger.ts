/**
 * The server's log: ids and codes, never content. Bodies, headers, query strings and e-mail addresses are not passed
 * in by any caller; `redact` is the second net.
 */
import { type Logger, pino } from 'pino'

export type { Logger }

export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    redact: {
      paths: [
        'body',
        '*.body',
        'headers',
        '*.headers',
        'password',
        '*.password',
        'token',
        '*.token',
        'email',
      ],
      remove: true,
    },
    serializers: {
      // Messages of database drivers and of zod can quote values; the stack's frames are enough to find the place.
      err: (error: unknown) =>
        error instanceof Error
          ? {
              type: error.name,
              stack: (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)),
            }
          : { type: typeof error },
    },
  })
}
