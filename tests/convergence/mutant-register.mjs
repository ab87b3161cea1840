/** Preloaded into a simulation process: the defect in MUTATION is put into its module while that is loaded. */
import { register } from 'node:module'

register('./mutant-hooks.mjs', import.meta.url, { data: JSON.parse(process.env.MUTATION ?? '{}') })
