import { createRootRoute, Outlet } from '@tanstack/react-router'
import { BrokenPage, MissingPage } from '../app/odd-pages.tsx'

export const Route = createRootRoute({
  component: Outlet,
  notFoundComponent: MissingPage,
  errorComponent: BrokenPage,
})
