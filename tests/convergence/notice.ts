/** Puts one deliberate defect into the product, and runs seeds until one breaks. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Mutant, WITHIN } from './mutants.ts'
import { runSeeds, type SeedResult } from './seed-runner.ts'

export interface Noticed {
  readonly seed: number
  /** The first broken promise. */
  readonly broken: string
}

const ROOT = join(import.meta.dirname, '../..')

/** `environment`: where the database of its seeds is (`shareDatabase`). Null where all seeds within its bound hold. */
export async function notice(
  mutant: Mutant,
  environment: { readonly [name: string]: string },
  within = mutant.within ?? WITHIN,
): Promise<Noticed | null> {
  const mutation = {
    url: pathToFileURL(join(ROOT, mutant.file)).href,
    snippet: mutant.snippet,
    becomes: mutant.becomes,
  }
  let caught: SeedResult | undefined
  const range = {
    from: mutant.foundBy ?? 1,
    count: mutant.foundBy === undefined ? within : 1,
    workers: 1,
    execArgv: ['--import', new URL('./mutant-register.mjs', import.meta.url).href],
    environment: {
      ...environment,
      ...(mutant.overlaps && { SEED_OVERLAPS: 'yes' }),
      MUTATION: JSON.stringify(mutation),
    },
    quiet: true,
  }
  await runSeeds(range, (result) => {
    if (result.broken.length > 0) caught = result
    return caught === undefined
  })
  if (caught === undefined) return null
  return { seed: caught.seed, broken: caught.broken[0]?.split('\n')[0] ?? '' }
}
