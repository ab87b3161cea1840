/** A number as carriers need it (E.164). Without a country it is taken for one of North America, as the practice writes them. */
export function dialled(phone: string | undefined): string | undefined {
  if (phone === undefined) return undefined
  const digits = phone.replaceAll(/\D/g, '')
  if (phone.trim().startsWith('+')) return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : undefined
  if (/^1[2-9]\d{9}$/.test(digits)) return `+${digits}`
  return /^[2-9]\d{9}$/.test(digits) ? `+1${digits}` : undefined
}
