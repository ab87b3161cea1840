/** What a list within rows is called: every person has a first medicine, so that a button alone must say whose. */
import { createContext, useContext } from 'react'

/** "Person 2": the row that these questions lie in, where they lie in one. */
export const OuterRow = createContext('')

export function useWholeName(name: string): string {
  const outer = useContext(OuterRow)
  return outer === '' ? name : `${outer}, ${name}`
}
