import { saveFile } from '../../ui/save-file.ts'

/** Hands a value to the client as a file. It leaves the seal: only on an explicit press. */
export const downloadJson = (name: string, value: unknown): void =>
  saveFile(name, JSON.stringify(value, null, 2), 'application/json')
