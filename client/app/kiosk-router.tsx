/**
 * The forms of a visit under addresses of their own: the same screens as at home, over a history in memory. The browser's
 * history and address bar learn nothing of a visit, and its way back leads nowhere.
 */
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  useParams,
} from '@tanstack/react-router'
import { CheckPage } from '../features/forms/check-page.tsx'
import { OpenFormProvider } from '../features/forms/open-form.tsx'
import { OverviewPage } from '../features/forms/overview-page.tsx'
import { SectionPage } from '../features/forms/section-page.tsx'
import { HandedInPage, VisitFormsPage } from '../features/kiosk/visit-pages.tsx'
import { BrokenPage } from './odd-pages.tsx'

const root = createRootRoute({
  component: Outlet,
  errorComponent: BrokenPage,
  notFoundComponent: VisitFormsPage,
})
const home = createRoute({ getParentRoute: () => root, path: '/', component: VisitFormsPage })
const forms = createRoute({ getParentRoute: () => root, path: '/forms', component: VisitFormsPage })
const form = createRoute({
  getParentRoute: () => root,
  path: '/forms/$draftId',
  component: function OpenForm() {
    const { draftId = '' } = useParams({ strict: false })
    return (
      <OpenFormProvider draftId={draftId}>
        <Outlet />
      </OpenFormProvider>
    )
  },
})
const overview = createRoute({
  getParentRoute: () => form,
  path: '/',
  component: function Overview() {
    const { draftId = '' } = useParams({ strict: false })
    return <OverviewPage draftId={draftId} />
  },
})
const section = createRoute({
  getParentRoute: () => form,
  path: '/section/$section',
  component: function FormSection() {
    const { draftId = '', section: number = '1' } = useParams({ strict: false })
    return <SectionPage key={number} draftId={draftId} number={Number(number)} />
  },
})
const check = createRoute({
  getParentRoute: () => form,
  path: '/check',
  component: function Check() {
    const { draftId = '' } = useParams({ strict: false })
    return <CheckPage draftId={draftId} />
  },
})
const receipt = createRoute({
  getParentRoute: () => root,
  path: '/receipt/$submissionId',
  component: HandedInPage,
})

export const createKioskRouter = () =>
  createRouter({
    routeTree: root.addChildren([home, forms, form.addChildren([overview, section, check]), receipt]),
    history: createMemoryHistory({ initialEntries: ['/'] }),
    scrollRestoration: false,
  })
