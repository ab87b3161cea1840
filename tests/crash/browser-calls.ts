/** What the command asks of the page, and what the page tells. */
export interface CrashPage {
  /** Signs in on an empty device, unlocks any other; resolves when every document was opened. */
  open(input: { email: string; password: string }): Promise<void>
  documents(): Promise<{ id: string; answers: Record<string, string> }[]>
  unsent(): Promise<unknown>
  sync(): Promise<{ link: string; unsent: number; progress: number | null; firstState: string }>
  /** Writes until the page ends: two fields with one value at a time, used in turn. */
  write(input: { id: string; from: number; fields: number; longest: number }): Promise<void>
}

declare global {
  interface Window {
    crash: CrashPage
    /** Outside of the browser: this write was resolved. */
    promised(number: number): void
  }
}
