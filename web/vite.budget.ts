/** The first page of each app may cost so much and no more: the build fails when it does. */

import { gzipSync } from 'node:zlib'

import type { Plugin } from 'vite'

interface Limit {
  entry: string
  /** The page, and what comes with it in any case. */
  pages: readonly string[]
  most: number
}

/** What a stranger sees first, and what somebody who is signed in does; and a doctor's desk. */
const WORDS = 'app/patient/texts.zh.ts'
export const LIMITS: readonly Limit[] = [
  { entry: 'patient', pages: ['features/access/Welcome.vue', WORDS], most: 150_000 },
  { entry: 'patient', pages: ['app/patient/pages/Home.vue', WORDS], most: 150_000 },
  { entry: 'staff', pages: ['app/staff/pages/WorkbenchPage.vue'], most: 400_000 },
  // A site's line is a shop's: what the assistant opens in the morning.
  { entry: 'site', pages: ['app/site/pages/TodayPage.vue'], most: 150_000 },
]

export interface Piece {
  type: 'chunk' | 'asset'
  name?: string
  isEntry?: boolean
  facadeModuleId?: string | null
  imports?: readonly string[]
  code?: string
  source?: string | Uint8Array
  viteMetadata?: { importedCss: ReadonlySet<string> }
}
export type Bundle = Record<string, Piece>

/** Scripts and styles that one page loads before it stands: its own, the entry's, and what both import. */
export function filesOf(bundle: Bundle, entry: string, ...pages: readonly string[]): Set<string> {
  const files = new Set<string>()
  const visit = (name: string): void => {
    const chunk = bundle[name]
    if (!chunk || files.has(name)) return
    files.add(name)
    for (const style of chunk.viteMetadata?.importedCss ?? []) files.add(style)
    for (const next of chunk.imports ?? []) visit(next)
  }
  for (const [name, chunk] of Object.entries(bundle)) {
    if ((chunk.isEntry && chunk.name === entry) || pages.some((page) => chunk.facadeModuleId?.endsWith(page))) visit(name)
  }
  return files
}

/** Compressed as the front door hands them out. */
export function bytesOf(bundle: Bundle, files: ReadonlySet<string>): number {
  return [...files].reduce((sum, name) => sum + gzipSync(bundle[name]?.code ?? bundle[name]?.source ?? '', { level: 9 }).length, 0)
}

export const budget: Plugin = {
  name: 'budget-of-the-first-page',
  apply: 'build',
  generateBundle: {
    order: 'post',
    handler(_options, made) {
      const bundle = made as unknown as Bundle
      for (const { entry, pages, most } of LIMITS) {
        const [page = entry] = pages
        const bytes = bytesOf(bundle, filesOf(bundle, entry, ...pages))
        this.info(`first page ${page}: ${(bytes / 1000).toFixed(1)} kB of ${most / 1000} kB gzipped`)
        if (bytes > most) this.error(`${page} costs ${bytes} bytes of script and style gzipped; ${most} are allowed. What it does not need at once belongs in a lazy import.`)
      }
    },
  },
}
