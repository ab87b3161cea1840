/** A question that must be answered before going on. Loaded only when one is asked. */
import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { ButtonRow } from './button.tsx'
import styles from './dialog.module.css'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly buttons: ReactNode
}

export default function Dialog({ title, onClose, children, buttons }: DialogProps) {
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(open) => !open && onClose()}
      className={styles.veil ?? ''}
    >
      <Modal className={styles.box ?? ''}>
        <AriaDialog role="alertdialog" className={styles.dialog ?? ''}>
          <Heading slot="title">{title}</Heading>
          {children}
          <ButtonRow>{buttons}</ButtonRow>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
