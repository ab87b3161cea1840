/** A request body made from its JSON schema, with the same id wherever an id is asked for. */
interface Schema {
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly prefixItems?: readonly Schema[]
  readonly items?: Schema
  readonly minItems?: number
  readonly minLength?: number
  readonly minimum?: number
}

export function sampleOf(schema: unknown, id: string): unknown {
  const given = schema as Schema
  if (given.const !== undefined) return given.const
  if (given.enum !== undefined) return given.enum[0]
  const choice = given.anyOf?.[0] ?? given.oneOf?.[0] ?? given.allOf?.[0]
  if (choice !== undefined) return sampleOf(choice, id)
  if (given.properties !== undefined)
    return Object.fromEntries(
      Object.entries(given.properties)
        .filter(([name, property]) => (given.required ?? []).includes(name) || property.format === 'uuid')
        .map(([name, property]) => [name, sampleOf(property, id)]),
    )
  if (given.prefixItems !== undefined) return given.prefixItems.map((item) => sampleOf(item, id))
  switch (given.type) {
    case 'array':
      return Array.from({ length: Math.max(1, given.minItems ?? 0) }, () => sampleOf(given.items ?? {}, id))
    case 'object':
      return {}
    case 'string':
      return given.format === 'uuid' ? id : 'x'.repeat(Math.max(1, given.minLength ?? 0))
    case 'integer':
    case 'number':
      return Math.max(1, given.minimum ?? 1)
    case 'boolean':
      return true
    default:
      return null
  }
}
