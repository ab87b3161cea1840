import { createRouter } from '@tanstack/react-router'
import { routeTree } from './route-tree.gen.ts'

export const createPortalRouter = () =>
  createRouter({
    routeTree,
    // Links are loaded when they are pointed at; the code is on the device anyway after the first visit.
    defaultPreload: 'intent',
    scrollRestoration: true,
    // Route code comes from the device: a flash of "loading" would only be noise.
    defaultPendingMs: 1_000,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPortalRouter>
  }
  interface HistoryState {
    /** For the page where somebody signs in: never in an address. */
    signInEmail?: string
  }
}
