/** What a grant lets somebody do, as a list of plain sentences. */
import { GRANT_SCOPES, type Granted } from '../../shared/domains/grants/scopes.ts'
import { useAreaWords } from './area-words.ts'
import styles from './grants.module.css'

export function GrantedAreas({ granted }: { granted: Granted }) {
  const words = useAreaWords()
  return (
    <ul className={styles.areas}>
      {GRANT_SCOPES.flatMap((scope) => {
        const level = granted[scope]
        if (level === undefined) return []
        const { read, write } = words[scope]
        return <li key={scope}>{level === 'write' ? (write ?? read) : read}</li>
      })}
    </ul>
  )
}
