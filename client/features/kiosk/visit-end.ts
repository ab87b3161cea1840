/** How a screen of the visit ends it. */
import { createContext, use } from 'react'

export const VisitEnd = createContext<(how: 'parked' | 'finished') => Promise<void>>(async () => {})
export const useVisitEnd = () => use(VisitEnd)
