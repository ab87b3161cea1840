import { createFileRoute } from '@tanstack/react-router'
import { NewMessagePage } from '../../features/messages/new-message-page.tsx'

export const Route = createFileRoute('/_portal/messages/new')({ component: NewMessagePage })
