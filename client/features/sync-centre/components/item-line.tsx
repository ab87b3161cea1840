import { Plural } from '@lingui/react/macro'
import type { PendingItem } from '../../../replica/portal-session.ts'
import { ItemStatus } from '../../../ui/item-status.tsx'
import styles from '../sync-centre.module.css'

/** Of a form its answers are counted; how many fields a message or a request has tells nobody anything. */
export const ItemLine = ({ item, name }: { item: PendingItem; name: string }) => (
  <li>
    <div>
      <p className={styles.name}>{name}</p>
      {item.collection === 'drafts' && item.changes > 0 && item.state !== 'received' ? (
        <p className={styles.soft}>
          <Plural value={item.changes} one="# change" other="# changes" />
        </p>
      ) : null}
    </div>
    <ItemStatus state={item.state} at={item.at} />
  </li>
)
