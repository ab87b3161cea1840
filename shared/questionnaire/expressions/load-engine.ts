/** The FHIRPath engine, fetched the first time that a form needs it: two megabytes that most forms do without. */
import type { Engine } from './engine.ts'

let loading: Promise<Engine> | undefined

export function loadEngine(): Promise<Engine> {
  loading ??= load()
  // A failed load (a device that lost its files) may be tried again.
  loading.catch(() => {
    loading = undefined
  })
  return loading
}

async function load(): Promise<Engine> {
  const [{ default: fhirpath }, { default: model }, { createEngine }] = await Promise.all([
    import('fhirpath'),
    import('fhirpath/fhir-context/r4'),
    import('./engine.ts'),
  ])
  return createEngine(fhirpath, model)
}
