declare module 'virtual:first-guesses' {
  /** Separated by spaces, most common first. */
  export const words: string
  export const graphs: Record<string, Record<string, (string | null)[]>>
}
