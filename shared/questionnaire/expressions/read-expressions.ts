/**
 * Reads the FHIRPath texts of a form or an item, with their places. Whether they can be compiled is known only with the
 * engine (compile-form.ts); here only their shape is checked, and that they are not longer than a person would write.
 */
import type { Extensions } from '../extensions.ts'
import { part } from '../extensions.ts'
import type { JsonNode } from '../json-node.ts'
import type { Constraint, Expression, Item, Variable } from '../questionnaire.ts'

const MAX_LENGTH = 5_000
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/
/** They mean something in every expression. */
const TAKEN = new Set(['resource', 'context', 'questionnaire', 'qitem', 'ucum', 'factory', 'terminologies'])

type ItemExpressions = Pick<
  Item,
  'calculation' | 'enableExpression' | 'initialExpression' | 'variables' | 'constraints'
>

export function readItemExpressions(node: JsonNode, extensions: Extensions): ItemExpressions {
  const one = (name: string) => {
    const [first, second] = extensions.all(`sdc-questionnaire-${name}`)
    if (second) node.refuse('two_expressions', `There are two of ${name}.`)
    return first && readExpression(first)
  }
  const calculation = one('calculatedExpression')
  const enableExpression = one('enableWhenExpression')
  const initialExpression = one('initialExpression')
  return {
    ...(calculation ? { calculation } : {}),
    ...(enableExpression ? { enableExpression } : {}),
    ...(initialExpression ? { initialExpression } : {}),
    variables: readVariables(extensions),
    constraints: readConstraints(extensions),
  }
}

function readExpression(extension: JsonNode): Expression | undefined {
  const value = extension.child('valueExpression')
  if (!value) return extension.refuse('wrong_expression', 'An expression is needed.')
  const language = value.string('language', 100)
  if (language !== 'text/fhirpath')
    return value.refuse(
      'unsupported_language',
      `Expressions in ${language ?? '(none)'} are not supported, only text/fhirpath.`,
    )
  const text = value.string('expression', MAX_LENGTH)
  return text ? { text, path: value.path } : value.refuse('wrong_expression', 'The expression is empty.')
}

export const readVariables = (extensions: Extensions): readonly Variable[] =>
  extensions.all('variable').flatMap((extension) => {
    const expression = readExpression(extension)
    const name = extension.child('valueExpression')?.string('name', 100) ?? ''
    if (expression === undefined) return []
    if (NAME.test(name) && !TAKEN.has(name)) return [{ ...expression, name }]
    return extension.refuse('wrong_variable', `"${name}" cannot be the name of a variable.`) ?? []
  })

export const readConstraints = (extensions: Extensions): readonly Constraint[] =>
  extensions.all('questionnaire-constraint').flatMap((extension) => {
    const text = part(extension, 'expression')[0]?.string('valueString', MAX_LENGTH)
    const key = part(extension, 'key')[0]?.string('valueId', 100) ?? ''
    const human = part(extension, 'human')[0]?.words('valueString', 1_000)
    const severity = part(extension, 'severity')[0]?.string('valueCode', 20)
    if (part(extension, 'requirements').length > 0 && text === undefined) return []
    if (text === undefined || human === undefined || severity === undefined)
      return (
        extension.refuse('wrong_constraint', 'A constraint needs a severity, an expression and its words.') ??
        []
      )
    // A warning keeps nobody from handing in, and nothing is shown for it.
    if (severity !== 'error') return extension.note('ignored_warning', 'Warnings are not shown.') ?? []
    return [{ key, human, text, path: extension.path }]
  })
