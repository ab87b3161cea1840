/** Words for how large a file is. */

/** As the limits count, so that a file of at most 20 MB is never told that it may have 21. */
const KILO = 1024

/** `48 kB`, `1.2 MB`. */
export function sizeOf(locale: string, bytes: number): string {
  const kilobytes = Math.max(1, Math.round(bytes / KILO))
  const isSmall = kilobytes < KILO
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: isSmall ? 'kilobyte' : 'megabyte',
    maximumFractionDigits: isSmall ? 0 : 1,
  }).format(isSmall ? kilobytes : bytes / KILO / KILO)
}
