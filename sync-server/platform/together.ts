/**
 * One question for many: what is asked while another answer is awaited is asked together. An answer never is older than
 * its question.
 */
export function together<T>(
  ask: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): (key: string) => Promise<T | undefined> {
  let next: { readonly keys: Set<string>; readonly answers: Promise<ReadonlyMap<string, T>> } | undefined
  let last: Promise<unknown> = Promise.resolve()
  const gather = () => {
    const keys = new Set<string>()
    const answers = last
      .then(() => new Promise(setImmediate))
      .then(() => {
        next = undefined
        return ask([...keys])
      })
    last = answers.catch(() => undefined)
    return { keys, answers }
  }
  return async (key) => {
    next ??= gather()
    next.keys.add(key)
    return (await next.answers).get(key)
  }
}
