/** The pages that a phone's bar has no room for: behind one press there, and on with the list at the side from tablets on. */
import { Trans } from '@lingui/react/macro'
import { Ellipsis } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { classes } from './classes.ts'
import styles from './shell.module.css'
import { type NavItem, NavLinks } from './shell.tsx'

export function MorePages({ items }: { items: readonly NavItem[] }) {
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!isOpen) return
    // A press beside it, or the focus going on: the page below is to be seen. Nothing focused is a press on the list itself.
    const leave = ({ target }: Event) => {
      if (target instanceof Node && !box.current?.contains(target)) setOpen(false)
    }
    document.addEventListener('pointerdown', leave)
    document.addEventListener('focusin', leave)
    return () => {
      document.removeEventListener('pointerdown', leave)
      document.removeEventListener('focusin', leave)
    }
  }, [isOpen])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes from wherever the focus is in it
    <div
      ref={box}
      className={classes(styles.more, styles.tight)}
      onKeyDown={({ key }) => {
        if (key !== 'Escape' || !isOpen) return
        setOpen(false)
        button.current?.focus()
      }}
    >
      <button
        ref={button}
        type="button"
        className={styles.link}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <Ellipsis size={22} aria-hidden />
        <Trans>More</Trans>
      </button>
      <ul id={id} data-open={isOpen}>
        <NavLinks items={items} onFollow={() => setOpen(false)} />
      </ul>
    </div>
  )
}
