/** Minor units and what people read and type. How many digits a currency has, Intl knows. Pure. */

export function digitsOf(currency: string): number {
  try {
    const { maximumFractionDigits } = new Intl.NumberFormat('en', {
      style: 'currency',
      currency,
    }).resolvedOptions()
    return maximumFractionDigits ?? 2
  } catch {
    return 2
  }
}

/** Who reads Spanish and pays in dollars writes `$40.00`, as the field for an amount has it, and not `40,00 US$`. */
const asWritten = (locale: string, currency: string): string =>
  locale === 'es' && currency === 'USD' ? 'es-US' : locale

/** `$40.00`; a code that names no currency is shown as it is. */
export function moneyOf(locale: string, minor: number, currency: string): string {
  const major = minor / 10 ** digitsOf(currency)
  try {
    return new Intl.NumberFormat(asWritten(locale, currency), { style: 'currency', currency }).format(major)
  } catch {
    return `${major.toFixed(2)} ${currency}`
  }
}

/** `40.00`, as it stands in a field. */
export const plainMoney = (minor: number, currency: string): string => {
  const digits = digitsOf(currency)
  return (minor / 10 ** digits).toFixed(digits)
}

/**
 * What somebody typed: `40`, `40.5`, `40,50`, `$1,040.50`, `1.040,50`. Null for what is no amount of this currency, or could
 * be two: `40.505` may be meant as forty or as forty thousand.
 */
export function minorOf(typed: string, currency: string): number | null {
  const digits = digitsOf(currency)
  const bare = typed.replaceAll(/[\s\u00a0$€£¥]/g, '')
  const [, whole, fraction] = PLAIN.exec(bare) ?? []
  const plain = fraction === undefined || fraction.length <= digits
  const [, grouped, cents] = BY_COMMA.exec(bare) ?? BY_DOT.exec(bare) ?? []
  const [major, minor = ''] = whole !== undefined && plain ? [whole, fraction] : [grouped, cents]
  if (major === undefined || minor.length > digits) return null
  return Number(major.replaceAll(/[.,]/g, '')) * 10 ** digits + Number(minor.padEnd(digits, '0'))
}
const PLAIN = /^(\d{1,9})(?:[.,](\d+))?$/
const BY_COMMA = /^(\d{1,3}(?:,\d{3}){1,2})(?:\.(\d+))?$/
const BY_DOT = /^(\d{1,3}(?:\.\d{3}){1,2}),(\d+)$/
