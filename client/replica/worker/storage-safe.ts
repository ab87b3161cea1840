/** A full or broken disk is an answer, not a crash. */
export async function storageSafe<T>(run: () => Promise<T>): Promise<T | { ok: false; reason: 'storage' }> {
  try {
    return await run()
  } catch (error) {
    console.error('storage failed', error instanceof Error ? error.name : error)
    return { ok: false, reason: 'storage' }
  }
}
