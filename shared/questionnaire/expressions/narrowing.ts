/** Which linkIds a `where(…)` leaves, told from its criterion alone. Too few would be wrong; not to know is not. */
import type { Ast } from './engine.ts'

export const nameOf = (member: Ast): string => (member.children?.[0]?.text ?? '').replace(/^`|`$/g, '')

/** Of `linkId = 'a'`, also with `or`, `in` and `and`; undefined where it cannot be told. */
export function narrowedTo(node: Ast): readonly string[] | undefined {
  const [left, right] = node.children ?? []
  if (!left) return undefined
  if (node.type === 'TermExpression' || node.type === 'ParenthesizedTerm') return narrowedTo(left)
  if (!right) return undefined
  switch (node.type) {
    case 'EqualityExpression':
    case 'MembershipExpression':
      return comparedTo(node.text ?? '', left, right)
    case 'OrExpression':
      return node.text === 'or' ? joined(narrowedTo(left), narrowedTo(right)) : undefined
    case 'AndExpression':
      return narrowedTo(left) ?? narrowedTo(right)
    default:
      return undefined
  }
}

const joined = (one: readonly string[] | undefined, other: readonly string[] | undefined) =>
  one && other ? [...one, ...other] : undefined

function comparedTo(operator: string, left: Ast, right: Ast): readonly string[] | undefined {
  if (operator === 'in') return isLinkId(left) ? literals(right) : undefined
  if (operator !== '=') return undefined
  if (isLinkId(left)) return literals(right, 1)
  return isLinkId(right) ? literals(left, 1) : undefined
}

const isWrapper = ({ type }: Ast): boolean => type === 'TermExpression' || type === 'InvocationTerm'

/** `linkId` or `$this.linkId`, and nothing else. */
function isLinkId(node: Ast): boolean {
  const [first, second] = node.children ?? []
  if (node.type === 'MemberInvocation') return nameOf(node) === 'linkId'
  if (!first) return false
  if (node.type === 'InvocationExpression') return second !== undefined && isThis(first) && isLinkId(second)
  return isWrapper(node) && isLinkId(first)
}

const isThis = (node: Ast): boolean =>
  node.type === 'ThisInvocation' || (isWrapper(node) && (node.children ?? []).some(isThis))

/** String literals, joined by `|`. */
function literals(node: Ast, most = 100): readonly string[] | undefined {
  const [first, second] = node.children ?? []
  if (node.type === 'StringLiteral') {
    const text = (node.text ?? '').slice(1, -1)
    return text.includes('\\') ? undefined : [text]
  }
  if (!first) return undefined
  if (node.type === 'UnionExpression' && second && most > 1) return joined(literals(first), literals(second))
  const inner = node.type === 'TermExpression' || node.type === 'LiteralTerm'
  return inner || node.type === 'ParenthesizedTerm' ? literals(first, most) : undefined
}
