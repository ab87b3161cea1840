/** Of somebody else's record only where it was granted; the server decides besides. */
import { covers, grantedOf } from '../../../shared/domains/grants/scopes.ts'
import { useSessionView } from '../../replica/session-context.tsx'

export function useMayAsk(): boolean {
  const { record } = useSessionView()
  return !record || record.own || covers(grantedOf(record.scopes), 'prescriptions', 'write')
}
