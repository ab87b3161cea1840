/**
 * The browser's way back stays on the tablet's page: a thumb at the edge of the screen must not end a visit, and whatever was open in this window
 * before it was a tablet is nobody's to find. Each step back is told, and leaves the history as it was. Whoever wants out has the PIN.
 */
export function holdBack(onBack: () => void): void {
  const hold = () => history.pushState(null, '')
  hold()
  addEventListener('popstate', () => {
    hold()
    onBack()
  })
}
