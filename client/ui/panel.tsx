/** Quiet building blocks: card, notice, status with icon and text, empty state, progress, and facts. */
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './panel.module.css'

export type Tone = 'plain' | 'info' | 'good' | 'wait' | 'bad'

interface CardProps {
  readonly children: ReactNode
  readonly labelledBy?: string
  readonly className?: string | undefined
}

export const Card = ({ children, labelledBy, className }: CardProps) => (
  <section className={classes(styles.card, className)} aria-labelledby={labelledBy}>
    {children}
  </section>
)

interface NoticeProps {
  readonly tone?: Tone
  readonly icon: LucideIcon
  readonly children: ReactNode
  /** `alert` is read at once, `status` when there is a pause; leave it out for what was there from the start. */
  readonly role?: 'alert' | 'status' | 'note' | 'region'
  readonly label?: string
}

export const Notice = ({ tone = 'info', icon: Icon, children, role, label }: NoticeProps) => (
  <div className={classes(styles.notice, styles[tone])} {...(role ? { role, 'aria-label': label } : {})}>
    <Icon size={22} aria-hidden />
    <div>{children}</div>
  </div>
)

interface StatusProps {
  readonly tone?: Tone
  readonly icon: LucideIcon
  readonly children: ReactNode
  readonly pill?: boolean
}

export const Status = ({ tone = 'plain', icon: Icon, children, pill }: StatusProps) => (
  <span className={classes(styles.status, pill && styles.pill)} data-tone={tone}>
    <Icon size={18} aria-hidden />
    <span>{children}</span>
  </span>
)

interface EmptyProps {
  readonly icon: LucideIcon
  readonly title: ReactNode
  readonly children?: ReactNode
}

export const EmptyState = ({ icon: Icon, title, children }: EmptyProps) => (
  <div className={styles.empty}>
    <Icon size={28} aria-hidden />
    <h2>{title}</h2>
    {children}
  </div>
)

/** `of` absent: how far it is cannot be known. */
export const Progress = ({ value, of, children }: { value: number; of?: number; children: ReactNode }) => (
  // biome-ignore lint/a11y/noLabelWithoutControl: the progress element is the label's control
  <label className={styles.progress}>
    <span>{children}</span>
    {of === undefined ? <progress /> : <progress value={value} max={of} />}
  </label>
)

export const Facts = ({ children }: { children: ReactNode }) => <dl className={styles.facts}>{children}</dl>

export const Fact = ({ name, children }: { name: ReactNode; children: ReactNode }) => (
  <div className={styles.fact}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
