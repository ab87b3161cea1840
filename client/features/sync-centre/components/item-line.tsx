import { Plural } from '@lingui/react/macro'
import { ItemStatus } from '../../../drafts/item-status.tsx'
import type { PendingItem } from '../../../replica/portal-session.ts'
import styles from '../sync-centre.module.css'

export const ItemLine = ({ item, name }: { item: PendingItem; name: string }) => (
  <li>
    <div>
      <p className={styles.name}>{name}</p>
      {item.changes > 0 && item.state !== 'received' ? (
        <p className={styles.soft}>
          <Plural value={item.changes} one="# change" other="# changes" />
        </p>
      ) : null}
    </div>
    <ItemStatus state={item.state} at={item.at} />
  </li>
)
