/**
 * Form definitions in a client's replica: each published version that one of the client's drafts is pinned to. The
 * versions themselves belong to the practice and are immutable; only their place in the client's feed is the client's.
 */
import type { JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { Collection, DocumentStore, StoredDocument } from '../../replication/collection.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { type DefinitionRow, readDefinitions } from './reader.ts'

const store: DocumentStore = {
  async read({ tx, clientId }, ids) {
    return (await readDefinitions(tx, clientId, ids)).map(storedDefinition)
  },
  fetch: (tx, wanted) =>
    Promise.all(
      wanted.map(async ({ clientId, ids }) => {
        const found = (await readDefinitions(tx, clientId, ids)).map(storedDefinition)
        return () => found
      }),
    ),
  // Immutable: assigning one only gives it a position in the feed.
  seal: () => [],
}

function storedDefinition(row: DefinitionRow): StoredDocument {
  const body: JsonObject = {
    formKey: row.form_key,
    version: row.version,
    kind: row.kind,
    title: row.title,
    questionnaire: row.questionnaire,
  }
  return {
    id: row.id,
    rev: 1,
    seq: row.seq ?? 0,
    deleted: false,
    body,
    server: {},
    marks: {},
    updatedAt: row.published_at.getTime(),
  }
}

export const definitions: Collection = {
  name: 'definitions',
  store,
  decide: async (work, write) => {
    if (write.by === 'client') return err(refusal('not_permitted', 'Only the practice changes these.'))
    const definition = await assignDefinition(work, write.documentId)
    return definition ? ok({ outcome: 'ok', rev: 1 }) : err(refusal('not_found', 'There is no such form.'))
  },
}

/** Makes sure that the client's devices get this version. Undefined when the client's practice does not have it. */
export async function assignDefinition(work: WorkingSet, id: string): Promise<StoredDocument | undefined> {
  const definition = await work.load('definitions', id)
  if (definition?.seq === 0) work.stage('definitions', definition)
  return definition
}
