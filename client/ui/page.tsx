/** A page's frame: the heading takes focus when the page appears, so that a screen reader starts there. */
import { Trans } from '@lingui/react/macro'
import { createContext, type ReactNode, use, useEffect, useLayoutEffect, useRef } from 'react'
import { classes } from './classes.ts'
import styles from './page.module.css'

export const backClass = styles.back

/** Before the title in the browser's tab, on every page below. No names, as for `tabTitle`. */
export const TabMark = createContext('')

interface PageProps {
  readonly title: string
  /**
   * The browser writes this one to its history, on the disk and in the clear: no names, no form titles. Default: `title`.
   */
  readonly tabTitle?: string
  readonly lead?: ReactNode
  /** Shown above the title: a way back, or where we are. */
  readonly above?: ReactNode
  readonly wide?: boolean
  /** Leave the focus where it is (the page puts it somewhere better). */
  readonly keepFocus?: boolean
  readonly children: ReactNode
}

export function Page({ title, tabTitle = title, lead, above, wide, keepFocus, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const mark = use(TabMark)
  useEffect(() => {
    document.title = `${mark === '' ? '' : `${mark} · `}${tabTitle} · MentalSpace Portal`
  }, [tabTitle, mark])
  // Before the page is painted: a Tab pressed as soon as it is seen starts from the heading, and is not taken back.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another title is another page
  useLayoutEffect(() => {
    if (!keepFocus) heading.current?.focus({ preventScroll: true })
  }, [title, keepFocus])
  return (
    <div className={classes(styles.page, wide && styles.wide)}>
      <header className={styles.head}>
        {above}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead ? <div className={styles.lead}>{lead}</div> : null}
      </header>
      {children}
    </div>
  )
}

export const Part = ({ title, id, children }: { title: ReactNode; id: string; children: ReactNode }) => (
  <section className={styles.part} aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    {children}
  </section>
)

export const SkipLink = () => (
  <a href="#content" className={styles.skip}>
    <Trans>Skip to the content</Trans>
  </a>
)
