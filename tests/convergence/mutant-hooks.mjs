/** Module hooks: one snippet of one source file is another. */
import { readFile } from 'node:fs/promises'
import ts from 'typescript'

let mutation
export async function initialize({ url, snippet, becomes }) {
  mutation = { url, snippet, becomes }
}

export async function load(url, context, nextLoad) {
  if (url.split('?')[0] !== mutation.url) return nextLoad(url, context)
  const source = await readFile(new URL(mutation.url), 'utf8')
  const parts = source.split(mutation.snippet)
  if (parts.length !== 2) throw new Error(`the snippet is ${parts.length - 1} times in ${url}`)
  const { outputText } = ts.transpileModule(parts.join(mutation.becomes), {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      verbatimModuleSyntax: true,
    },
  })
  return { format: 'module', shortCircuit: true, source: outputText }
}
