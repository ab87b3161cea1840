/**
 * FHIRPath by the `fhirpath` package, behind three verbs. An evaluation costs a bounded number of steps, counted and not
 * timed, so that a device and the server give up at the same place. Nothing here reaches for the network: what could is
 * refused before it runs (functions.ts).
 */
import type * as FhirPath from 'fhirpath'
import type { JsonObject } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'

export interface Ast {
  readonly type: string
  readonly text?: string
  readonly delimitedText?: string
  readonly children?: readonly Ast[]
}

/** Values as the package keeps them between two evaluations: dates stay dates. */
export type Internal = readonly unknown[]

export interface Compiled {
  /** Throws where the expression fails on this data, or `TooExpensive`. */
  run(base: JsonObject, variables: Readonly<Record<string, unknown>>, budget: Budget): Internal
}

export interface Engine {
  /** Why the text is no FHIRPath, or its tree. */
  parse(text: string): Result<Ast, string>
  compile(text: string, weight: (linkId: string, value: JsonObject) => number | undefined): Compiled
  /** As JSON. */
  plain(values: Internal): readonly unknown[]
  /** A part of a response that an expression can start from, as `%context`. */
  asContext(item: JsonObject): JsonObject
}

export class TooExpensive extends Error {}

/** Steps that one expression may take, together with the variables that it uses. */
export class Budget {
  private left = 200_000
  spend(steps: number): void {
    this.left -= steps
    if (this.left < 0) throw new TooExpensive('The expression takes too many steps.')
  }
}

type Package = Pick<typeof FhirPath, 'parse' | 'compile' | 'resolveInternalTypes'>

interface Node {
  readonly data?: unknown
  readonly path?: string | null
  readonly parentResNode?: Node | null
}

const ANSWER = 'QuestionnaireResponse.item.answer'
const ORDINAL = /\/(?:ordinalValue|valueset-ordinalValue|itemWeight)$/

export function createEngine(fhirpath: Package, model: FhirPath.Model): Engine {
  return {
    parse(text) {
      try {
        return ok(fhirpath.parse(text) as Ast)
      } catch (error) {
        return err(error instanceof Error ? error.message : String(error))
      }
    },
    compile(text, weight) {
      const weigh = {
        fn: (nodes: readonly Node[]) => nodes.flatMap((node) => weightOf(node, weight)),
        arity: { 0: [] },
      }
      const table = { ...weigh, internalStructures: true }
      const evaluate = fhirpath.compile(text, model, {
        resolveInternalTypes: false,
        userInvocationTable: { weight: table, ordinal: table } as unknown as FhirPath.UserInvocationTable,
      })
      return {
        run: (base, variables, budget) => {
          const count = (_context: unknown, _input: unknown, result: unknown) =>
            budget.spend(1 + (Array.isArray(result) ? result.length : 0))
          return evaluate(base, variables, { debugger: count } as object) as Internal
        },
      }
    },
    plain: (values) => fhirpath.resolveInternalTypes([...values]) as readonly unknown[],
    asContext(item) {
      const type = { ctx: { model, getDecimal: undefined }, path: 'QuestionnaireResponse.item' }
      const place = { ...type, fhirNodeDataType: 'BackboneElement', parentResNode: null }
      return Object.defineProperty({ ...item }, '__path__', { value: place })
    },
  }
}

/** The weight of an answer or of its value, as the form gives it; of any other coding, its own extension's. */
function weightOf(
  node: Node,
  weight: (linkId: string, value: JsonObject) => number | undefined,
): readonly number[] {
  const answer =
    node.path === ANSWER ? node : node.parentResNode?.path === ANSWER ? node.parentResNode : undefined
  const data = (answer ?? node).data as JsonObject | undefined
  if (typeof data !== 'object' || data === null) return []
  const linkId = (answer?.parentResNode?.data as JsonObject | undefined)?.linkId
  const found = typeof linkId === 'string' ? weight(linkId, data) : declared(data)
  return found === undefined ? [] : [found]
}

function declared({ extension }: JsonObject): number | undefined {
  if (!Array.isArray(extension)) return undefined
  const found = (extension as readonly JsonObject[]).find(({ url }) =>
    ORDINAL.test(String(url)),
  )?.valueDecimal
  return typeof found === 'number' ? found : undefined
}
