/**
 * Builds the installable app into dist/client. The page's policy is `script-src 'self'; style-src 'self'`, so nothing
 * here may inline code or styles. The service worker is ours (app/service-worker.ts); the plugin only gives it its
 * list of files.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import babel from '@rolldown/plugin-babel'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { manifest } from './app/manifest.ts'
import { fileIntegrity } from './file-integrity.ts'
import { firstGuesses } from './first-guesses.ts'
import { cataloguePlugin } from './locales/catalogue-plugin.ts'
import { linguiConfig } from './locales/extract-messages.ts'
import { pagesTogether } from './pages-together.ts'
import { previousBuild } from './previous-build.ts'

const root = import.meta.dirname
const compress = promisify(brotliCompress)

/**
 * A `.br` beside every text asset: compressed once here, at the highest quality, and not on every request. From the
 * written files, because other plugins still edit the bundle until then.
 */
const precompress = (): Plugin => ({
  name: 'portal-precompress',
  apply: 'build',
  enforce: 'post',
  async writeBundle(options, bundle) {
    for (const name of Object.keys(bundle)) {
      if (!/\.(js|css|svg|html|webmanifest)$/.test(name)) continue
      const path = join(options.dir ?? '', name)
      const bytes = await readFile(path)
      if (bytes.length < 1_000) continue
      const packed = await compress(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
      await writeFile(`${path}.br`, packed)
    }
  },
})

/** A shared file's own name is the list of who shares it. */
const shortName = (name: string): string => (name.startsWith('common~') ? 'common' : '[name]')
const integrity = fileIntegrity()

export default defineConfig({
  root,
  base: '/',
  plugins: [
    tanstackRouter({
      target: 'react',
      routesDirectory: `${root}/routes`,
      generatedRouteTree: `${root}/app/route-tree.gen.ts`,
      addExtensions: true,
      autoCodeSplitting: true,
      quoteStyle: 'single',
      disableLogging: true,
    }),
    pagesTogether(root),
    react(),
    cataloguePlugin(),
    firstGuesses(),
    babel({
      include: /client\/(app|drafts|features|grants|routes|ui)\/.*\.tsx?(\?.*)?$/,
      plugins: [['@lingui/babel-plugin-lingui-macro', { linguiConfig }]],
    }),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'app',
      filename: 'service-worker.ts',
      injectRegister: false,
      registerType: 'prompt',
      manifest,
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,svg,webmanifest,wasm}', 'icon-192.png'],
        // The strength meter is for what needs the network anyway.
        globIgnores: ['assets/strength-*.js'],
        maximumFileSizeToCacheInBytes: 4_000_000,
        manifestTransforms: [integrity.transform],
      },
    }),
    integrity.plugin,
    precompress(),
    previousBuild(),
  ],
  worker: { format: 'es' },
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    modulePreload: { polyfill: false },
    sourcemap: false,
    rolldownOptions: {
      output: {
        chunkFileNames: ({ name }) => `assets/${shortName(name)}-[hash].js`,
        assetFileNames: ({ names: [name = ''] }) => `assets/${shortName(name)}-[hash][extname]`,
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 3 },
            { name: 'router', test: /node_modules[\\/]@tanstack[\\/]/, priority: 2 },
            { name: 'lingui', test: /node_modules[\\/]@lingui[\\/]/, priority: 2 },
            // What the first page needs, and nothing else.
            { name: 'shell', tags: ['$initial'], priority: 1 },
            // What several features share, in as few files as serve them.
            {
              name: 'common',
              test: /[\\/](client|shared)[\\/]|node_modules/,
              minShareCount: 2,
              maxModuleSize: 60_000,
              entriesAware: true,
              entriesAwareMergeThreshold: 20_000,
            },
          ],
        },
      },
    },
  },
})
