/** What may be seen or done in the record that is open: all of one's own, of another what was granted. The server decides besides. */
import { covers, type GrantLevel, type GrantScope, grantedOf } from '../../shared/domains/grants/scopes.ts'
import { useSessionView } from './session-context.tsx'

export function useGranted(scope: GrantScope, level: GrantLevel): boolean {
  const { record } = useSessionView()
  return !record || record.own || covers(grantedOf(record.scopes), scope, level)
}
