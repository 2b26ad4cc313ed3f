import { fileURLToPath, URL } from 'node:url'

import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import { VantResolver } from '@vant/auto-import-resolver'
import vue from '@vitejs/plugin-vue'
import components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { compression, defineAlgorithm } from 'vite-plugin-compression2'
import { type Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

import { budget } from './vite.budget'
import { worker } from './vite.worker'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const hospital = process.env['XINGLIN_URL'] ?? 'http://localhost:8000'

/** What the front door does in the built client: each app answers below its own path. */
const entries: Plugin = {
  name: 'entries',
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      const app = /^\/(staff|demo|site)(\/|\?|$)/.exec(request.url ?? '')?.[1]
      if (app) request.url = `/${app}.html`
      next()
    })
  },
}

export default defineConfig({
  plugins: [
    entries,
    vue(),
    components({
      dirs: [],
      dts: 'src/components.d.ts',
      // Everything Vant begins with van-, everything Element Plus with el-: the two never meet in one entry.
      resolvers: [VantResolver(), ElementPlusResolver({ importStyle: 'css' })],
    }),
    // Messages are compiled at build time: the content security policy forbids eval.
    vueI18n({ include: [here('./src/**/texts/*.json')], runtimeOnly: true, strictMessage: false }),
    compression({
      algorithms: [defineAlgorithm('brotliCompress'), defineAlgorithm('gzip', { level: 9 })],
      exclude: [/\.(br|gz|png|jpg|webp|woff2)$/],
      threshold: 512,
    }),
    budget,
    worker(),
  ],
  resolve: {
    alias: [
      { find: '@', replacement: here('./src') },
      // Vant's icon font comes from a foreign host; our icons are drawn in place.
      { find: /^(\.\.\/)+(icon|badge)\/index\.css$/, replacement: here('./src/shared/styles/no-icons.css') },
    ],
  },
  build: {
    outDir: '../xinglin/host/client',
    emptyOutDir: true,
    target: 'es2022',
    // The policy allows no inline data other than images.
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { patient: here('./index.html'), staff: here('./staff.html'), demo: here('./demo.html'), site: here('./site.html') },
    },
  },
  server: {
    port: 5173,
    proxy: {
      '/api': { target: hospital },
      '/_allauth': { target: hospital },
      '/files': { target: hospital },
      '/live': { target: hospital, ws: true },
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
})
