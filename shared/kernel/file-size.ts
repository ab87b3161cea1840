/** Words for how large a file is. */
const KILO = 1_000

/** As devices say it: `48 kB`, `1.2 MB`. */
export function sizeOf(locale: string, bytes: number): string {
  const isSmall = bytes < KILO * KILO
  const value = isSmall ? Math.max(1, Math.round(bytes / KILO)) : bytes / KILO / KILO
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: isSmall ? 'kilobyte' : 'megabyte',
    maximumFractionDigits: isSmall ? 0 : 1,
  }).format(value)
}
