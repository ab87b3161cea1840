/** On paper only: whose record it is and of which practice. A page that was printed has left the frame that says so. */
import { useOwnProfile } from '../replica/own-profile.ts'
import { useSessionView } from '../replica/session-context.tsx'
import styles from './print-head.module.css'

export function PrintHead() {
  const { record } = useSessionView()
  const profile = useOwnProfile()
  return (
    <p className={styles.head}>
      <span>{profile?.practiceName}</span>
      <span>{profile?.name || record?.name}</span>
    </p>
  )
}
