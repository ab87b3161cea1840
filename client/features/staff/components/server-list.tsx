/** The frame of a list that the server pages: refresh, what is there, that there is nothing, and more. */
import { Trans } from '@lingui/react/macro'
import { type LucideIcon, RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/panel.tsx'
import styles from '../staff.module.css'
import type { ServerData } from '../use-server-data.ts'
import { NotReady } from './not-ready.tsx'

interface ServerListProps<T> {
  readonly data: ServerData<{ readonly items: readonly T[]; readonly next: string | null }>
  readonly again: () => void
  readonly empty: { readonly icon: LucideIcon; readonly title: ReactNode; readonly text: ReactNode }
  /** A list item, with its key. */
  readonly line: (item: T) => ReactNode
  /** The link to the page that begins at this cursor. */
  readonly more: (cursor: string) => ReactNode
}

export function ServerList<T>({ data, again, empty, line, more }: ServerListProps<T>) {
  const page = data.state === 'ready' ? data.value : null
  return (
    <>
      <div>
        <Button look="secondary" onClick={again}>
          <RefreshCw size={18} aria-hidden />
          <Trans>Refresh</Trans>
        </Button>
      </div>
      <NotReady data={data} again={again} />
      {page?.items.length === 0 ? (
        <EmptyState icon={empty.icon} title={empty.title}>
          <p>{empty.text}</p>
        </EmptyState>
      ) : null}
      {page && page.items.length > 0 ? <ul className={styles.list}>{page.items.map(line)}</ul> : null}
      {page?.next ? more(page.next) : null}
    </>
  )
}
