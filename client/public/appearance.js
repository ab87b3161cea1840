// Before the first paint: text size and contrast as they were chosen on this device (client/appearance/appearance.ts).
try {
  const kept = JSON.parse(localStorage.getItem('appearance') || '{}')
  if (typeof kept.textSize === 'string') document.documentElement.dataset.textSize = kept.textSize
  if (typeof kept.contrast === 'string') document.documentElement.dataset.contrast = kept.contrast
} catch {
  // Storage that cannot be read: the page looks as it does by default.
}
