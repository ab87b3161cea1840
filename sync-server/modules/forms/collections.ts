/** The three collections of forms, over one cache of parsed definitions. */
import type { Collection } from '../../replication/collection.ts'
import { definitions } from './definitions.ts'
import { createDrafts } from './drafts.ts'
import { createParsedForms } from './parsed-forms.ts'
import { createSubmissions } from './submissions.ts'

export function createFormCollections(): readonly Collection[] {
  const forms = createParsedForms()
  return [definitions, createDrafts(forms), createSubmissions(forms)]
}
