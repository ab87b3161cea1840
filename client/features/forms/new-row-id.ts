/** Row ids sort by creation, and no two devices make the same. */
export const newRowId = (): string => `${Date.now().toString(36)}-${crypto.randomUUID().slice(0, 8)}`
