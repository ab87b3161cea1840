import { createFileRoute } from '@tanstack/react-router'
import { PeoplePage } from '../../features/account/people-page.tsx'

export const Route = createFileRoute('/_portal/account_/access')({ component: PeoplePage })
