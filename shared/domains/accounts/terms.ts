/** The terms of use that are in force. A new text is a new version here, and everybody is asked again. */
export const TERMS_VERSION = '2026-11'
