/**
 * The pages of one feature travel in one file. The router's plugin makes an entry of its own for each route's
 * component; here the imports of those entries are turned to one module a feature. So the service worker installs a
 * few dozen files instead of hundreds, and who opens a second page of a feature has it already.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const PAGES = 'virtual:pages/'
const RESOLVED = `\0${PAGES}`
const SPLIT = /import\("([^"]+)\/routes\/([^"]+)\?tsr-split=component"\)/g
const ALONE = ['appointments', 'billing', 'documents', 'messages', 'prescriptions']

/** The feature of a page, by its file below routes/; `undefined` for what stands around all pages. */
function featureOf(file: string): string | undefined {
  const name = file.replaceAll('\\', '/').replace(/\.tsx$/, '')
  if (name.startsWith('staff.')) return 'staff'
  const [first = ''] = name.replace(/^_portal\//, '').split('.')
  if (!name.startsWith('_portal/')) return /^(_|staff$)/.test(first) ? undefined : 'access'
  if (['forms', 'completed', 'receipt'].includes(first)) return 'forms'
  return ALONE.includes(first) ? first : 'account'
}

const nameOf = (file: string): string => file.replaceAll(/\W/g, '_')

/** `root`: the folder that has routes/. */
export function pagesTogether(root: string): Plugin {
  const routes = join(root, 'routes')
  return {
    name: 'portal-pages-together',
    apply: 'build',
    enforce: 'post',
    resolveId: (id) => (id.startsWith(PAGES) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(RESOLVED)) return null
      return readdirSync(routes, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.tsx') && featureOf(file) === id.slice(RESOLVED.length))
        .sort()
        .map(
          (file) =>
            `export * as ${nameOf(file)} from ${JSON.stringify(`${join(routes, file)}?tsr-split=component`)}`,
        )
        .join('\n')
    },
    transform(code) {
      if (!code.includes('?tsr-split=component")')) return null
      return code.replace(SPLIT, (whole, _folder: string, file: string) => {
        const feature = featureOf(file)
        return feature === undefined
          ? whole
          : `import("${PAGES}${feature}").then((pages) => pages.${nameOf(file)})`
      })
    },
  }
}
