/** A page to browse the API with: plain HTML made from the OpenAPI document, no script, so that the CSP stays as it is. */
import type { OpenApiDocument, Operation } from './openapi.ts'

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const code = (value: unknown) => `<pre tabindex="0">${escapeHtml(JSON.stringify(value, null, 2))}</pre>`

export const DOCS_STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: #8884; --accent: #0b6b62 }
@media (prefers-color-scheme: dark) { :root { --accent: #6cc9bd } }
body { margin: 0 auto; padding: 2rem 1rem; max-width: 60rem }
h1 { font-size: 1.75rem; line-height: 1.2 } h2 { margin-top: 2.5rem; font-size: 1.25rem; text-transform: capitalize }
button { font: inherit; font-weight: 600; padding: .75rem 1.25rem; min-height: 3rem; border: 0; border-radius: .5rem; background: #0b6b62; color: #fff; cursor: pointer }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0 }
summary { display: flex; flex-wrap: wrap; gap: .25rem .75rem; padding: .75rem 1rem; cursor: pointer }
summary b { color: var(--accent); min-width: 4rem } summary span { opacity: .75 }
details > div { padding: 0 1rem 1rem } h3 { font-size: 1rem; margin: 1rem 0 .25rem }
code, pre { font: 14px/1.45 ui-monospace, monospace } pre { overflow: auto; max-height: 24rem; padding: .75rem; border: 1px solid var(--line); border-radius: .375rem }
`

export function docsPage(document: OpenApiDocument): string {
  const byTag = new Map<string, string[]>()
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags[0] ?? 'other'
      byTag.set(tag, [...(byTag.get(tag) ?? []), section(method, path, operation)])
    }
  const body = [...byTag].map(([tag, sections]) => `<h2>${escapeHtml(tag)}</h2>${sections.join('')}`).join('')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(document.info.title)}: API</title><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/api/v1/docs.css"></head>
<body><h1>${escapeHtml(document.info.title)}: API</h1><p>${escapeHtml(document.info.description)}
<a href="/api/v1/openapi.json">openapi.json</a></p>${body}</body></html>`
}

function section(method: string, path: string, operation: Operation): string {
  const who = operation['x-roles']?.join(', ') ?? 'public'
  const parts = [`<p>For: ${escapeHtml(who)}</p>`]
  if (operation.parameters.length > 0) parts.push('<h3>Parameters</h3>', code(operation.parameters))
  if (operation.requestBody !== undefined) parts.push('<h3>Request</h3>', code(operation.requestBody))
  parts.push('<h3>Answers</h3>', code(operation.responses))
  return `<details><summary><b>${method.toUpperCase()}</b><code>${escapeHtml(path)}</code><span>${escapeHtml(
    operation.summary,
  )}</span></summary><div>${parts.join('')}</div></details>`
}
