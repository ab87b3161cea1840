/**
 * Scrolls to a place of a page that does not lay out what is out of sight. Around the place all is as high as it was
 * guessed to be until the browser has seen to it, some frames later; one without scroll anchoring (WebKit) then moves the
 * place away. So it is brought back for a while, unless somebody does anything meanwhile.
 */
const FRAMES = 30
const TOUCHED = ['keydown', 'pointerdown', 'wheel', 'touchmove'] as const

export function bringIntoSight(place: Element): void {
  const topOf = () => place.getBoundingClientRect().top
  const bring = () => {
    place.scrollIntoView({ block: 'start' })
    return topOf()
  }
  const held = new AbortController()
  const options = { capture: true, passive: true, signal: held.signal }
  for (const touched of TOUCHED) addEventListener(touched, () => held.abort(), options)
  let top = bring()
  const look = (left: number) => {
    if (held.signal.aborted || left === 0 || !place.isConnected) return held.abort()
    if (topOf() !== top) top = bring()
    requestAnimationFrame(() => look(left - 1))
  }
  look(FRAMES)
}
