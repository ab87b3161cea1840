/** Documents that the practice has shared, as the replica holds them. */
import { useMemo } from 'react'
import { map, type Observable } from 'rxjs'
import type { SharedDocument } from '../../../shared/domains/documents/schema.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'
import { useLiveQuery } from '../../replica/session-context.tsx'

const queryDocuments = (replica: ReplicaDatabase): Observable<SharedDocument[]> =>
  replica.documents
    .find()
    .$.pipe(
      map((found) =>
        found
          .map((document) => document.toMutableJSON() as SharedDocument)
          .sort((a, b) => b.sharedAt - a.sharedAt || a.title.localeCompare(b.title)),
      ),
    )

export const useDocuments = (): readonly SharedDocument[] | undefined => useLiveQuery(queryDocuments)

/** Null: there is none on this device. */
export function useDocument(id: string): SharedDocument | null | undefined {
  const documents = useDocuments()
  return useMemo(() => documents && (documents.find((one) => one.id === id) ?? null), [documents, id])
}
