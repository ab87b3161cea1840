/** What the pages of the catalogue read from the server, checked at the edge. */
import type { FormDefinition } from '../../../shared/domains/forms/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'

export interface CatalogueVersion {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly publishedAt: number
  readonly open: number
  readonly submitted: number
}
export interface CatalogueForm {
  readonly id: string
  readonly key: string
  readonly kind: string
  readonly title: string
  readonly active: boolean
  readonly forNewClients: boolean
  readonly versions: readonly CatalogueVersion[]
}
export interface FormProblem {
  readonly code: string
  readonly path: string
  readonly message: string
}
export interface FormCheck {
  readonly problems: readonly FormProblem[]
  readonly notes: readonly FormProblem[]
  readonly title: string
  readonly questions: number
}
export interface ClientForms {
  readonly clientName: string
  readonly assigned: readonly {
    readonly id: string
    readonly title: string
    readonly version: number
    readonly status: string
    readonly assignedAt: number
    readonly dueAt: number | null
    readonly amends: boolean
  }[]
  readonly handedIn:
    | readonly {
        readonly id: string
        readonly title: string
        readonly status: string
        readonly flagged: boolean
        readonly receivedAt: number
      }[]
    | null
}

const has = (value: unknown, ...keys: string[]): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key))
const isList = (value: unknown, ...keys: string[]): value is unknown[] =>
  Array.isArray(value) && value.every((each: unknown) => has(each, ...keys))

export const CATALOGUE_PATH = '/api/v1/staff/forms'
export const CHECK_PATH = `${CATALOGUE_PATH}/check`
export const formPath = (formId: string): string => `${CATALOGUE_PATH}/${encodeURIComponent(formId)}`
export const newVersionPath = (formId: string): string => `${formPath(formId)}/versions`
export const versionPath = (versionId: string): string =>
  `${CATALOGUE_PATH}/versions/${encodeURIComponent(versionId)}`
export const clientFormsPath = (clientId: string): string =>
  `/api/v1/staff/clients/${encodeURIComponent(clientId)}/forms`

export const readCatalogue = (body: unknown): readonly CatalogueForm[] | null =>
  has(body, 'items') && isList(body.items, 'id', 'key', 'title', 'active', 'versions')
    ? (body.items as unknown as readonly CatalogueForm[])
    : null

export const readVersion = (body: unknown): FormDefinition | null =>
  has(body, 'id', 'version', 'questionnaire') ? (body as unknown as FormDefinition) : null

export const readCheck = (body: unknown): FormCheck | null =>
  has(body, 'problems', 'notes', 'title') && isList(body.problems, 'path', 'message')
    ? (body as unknown as FormCheck)
    : null

export const readPublication = (body: unknown): { readonly formId: string } | null =>
  has(body, 'formId', 'versionId') ? (body as { formId: string }) : null

export const readClientForms = (body: unknown): ClientForms | null =>
  has(body, 'clientName', 'assigned', 'handedIn') && isList(body.assigned, 'id', 'title', 'status')
    ? (body as unknown as ClientForms)
    : null

/** Undefined: this is no JSON. */
export function parseUpload(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** A short name for a form, made from its title. */
export const shortName = (title: string): string =>
  title
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)

/** The server's code of what it did not do; `offline` without an answer. */
export const troubleOf = ({ status, body }: { readonly status: number; readonly body: unknown }): string => {
  if (status === 0) return 'offline'
  return has(body, 'code') ? String(body.code) : 'unavailable'
}
