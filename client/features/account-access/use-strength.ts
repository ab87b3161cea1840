/** The strength of what is typed, a little after the last key; null as long as nothing can be said. */
import { useEffect, useState } from 'react'
import type { Strength } from './strength.ts'

const PAUSE_MS = 200

export function useStrength(password: string, about: readonly string[]): Strength | null {
  const [strength, setStrength] = useState<Strength | null>(null)
  const words = about.join('\n')
  useEffect(() => {
    if (password === '') {
      setStrength(null)
      return
    }
    let gone = false
    const timer = setTimeout(async () => {
      // Without a network there is no meter; the rules beside it still hold.
      const code = await import('./strength.ts').catch(() => null)
      if (!gone && code !== null) setStrength(code.strengthOf(password, words.split('\n')))
    }, PAUSE_MS)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [password, words])
  return strength
}
