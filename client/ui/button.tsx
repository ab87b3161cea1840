/** Buttons and links that look like them. A busy button stays focusable and keeps its width and its name. */
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import styles from './button.module.css'
import { classes } from './classes.ts'

export type ButtonLook = 'primary' | 'secondary' | 'quiet' | 'danger'

/** For router links: `<Link className={buttonClass('primary')}>`. */
export const buttonClass = (look: ButtonLook = 'primary', wide = false): string =>
  classes(styles.button, styles[look], wide && styles.wide)

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: ButtonLook
  readonly wide?: boolean
  readonly ref?: Ref<HTMLButtonElement>
  /** Work is under way: further presses do nothing. */
  readonly busy?: boolean
}

export function Button({ look = 'primary', wide, busy, type = 'button', onClick, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={busy && type === 'submit' ? 'button' : type}
      className={classes(buttonClass(look, wide), rest.className)}
      aria-disabled={busy ? true : undefined}
      onClick={busy ? undefined : onClick}
    />
  )
}

export const ButtonRow = ({ children }: { children: ReactNode }) => (
  <div className={styles.row}>{children}</div>
)
