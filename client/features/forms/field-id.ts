/** The DOM id of a question's control: its key without characters that an id or a selector cannot carry well. */
export const fieldId = (key: string): string =>
  `q-${key.replace(/[^A-Za-z0-9-]/g, (char) => `_${char.codePointAt(0)?.toString(16)}_`)}`
