/** The service worker of the patient's app, built after the client with the list of what it keeps: the files of that entry, no other. */

import type { Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const ENTRY = 'patient'
/** Besides what the entry imports. */
const PAGE = ['index.html']

/** The files that an entry needs, now or later. */
function follower(files: Set<string>): Plugin {
  return {
    name: 'files-of-the-patient',
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
      for (const [name, chunk] of Object.entries(bundle)) if (chunk.type === 'chunk' && chunk.isEntry && chunk.name === ENTRY) visit(name)
    },
  }
}

export function worker(): Plugin[] {
  const files = new Set<string>(PAGE)
  return [
    follower(files),
    ...VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/sw',
      filename: 'sw.ts',
      // The two manifests (zh, en) lie in public/; the page registers the worker when it stands.
      manifest: false,
      injectRegister: false,
      injectManifest: {
        globPatterns: ['index.html', 'assets/*.{js,css,svg,woff2}'],
        // Names below assets/ carry their content's hash.
        dontCacheBustURLsMatching: /^assets\//,
        manifestTransforms: [(entries) => ({ manifest: entries.filter(({ url }) => files.has(url)).map((one) => ({ ...one, url: `/${one.url}` })), warnings: [] })],
      },
    }),
  ]
}
