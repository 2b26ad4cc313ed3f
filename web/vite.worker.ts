/** The service workers of the patient's app and of a site's pages, built after the client with the list of what each keeps: the files of its entry, no other. */

import type { Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

interface Kept {
  entry: string
  /** Besides what the entry imports. */
  page: string
  /** In src/sw; the worker has its name. */
  source: string
}
const KEPT: readonly Kept[] = [
  { entry: 'patient', page: 'index.html', source: 'sw.ts' },
  { entry: 'site', page: 'site.html', source: 'counter.ts' },
]

/** The files that an entry needs, now or later. */
function follower(entry: string, files: Set<string>): Plugin {
  return {
    name: `files-of-the-${entry}`,
    apply: 'build',
    generateBundle(_options, bundle) {
      const visit = (name: string): void => {
        const chunk = bundle[name]
        if (files.has(name) || chunk?.type !== 'chunk') return
        files.add(name)
        for (const style of chunk.viteMetadata?.importedCss ?? []) files.add(style)
        for (const asset of chunk.viteMetadata?.importedAssets ?? []) files.add(asset)
        for (const next of [...chunk.imports, ...chunk.dynamicImports]) visit(next)
      }
      for (const [name, chunk] of Object.entries(bundle)) if (chunk.type === 'chunk' && chunk.isEntry && chunk.name === entry) visit(name)
    },
  }
}

function workerOf({ entry, page, source }: Kept): Plugin[] {
  const files = new Set<string>([page])
  return [
    follower(entry, files),
    ...VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/sw',
      filename: source,
      // The two manifests (zh, en) lie in public/; the page registers the worker when it stands.
      manifest: false,
      injectRegister: false,
      injectManifest: {
        globPatterns: [page, 'assets/*.{js,css,svg,woff2}'],
        // Names below assets/ carry their content's hash.
        dontCacheBustURLsMatching: /^assets\//,
        manifestTransforms: [(entries) => ({ manifest: entries.filter(({ url }) => files.has(url)).map((one) => ({ ...one, url: `/${one.url}` })), warnings: [] })],
      },
    }),
  ]
}

export const worker = (): Plugin[] => KEPT.flatMap(workerOf)
