import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { describe, expect, it } from 'vitest'

const SOURCE = join(import.meta.dirname, '../..')
type Node = string | { [key: string]: Node }

const files = (readdirSync(SOURCE, { recursive: true }) as string[]).map((path) => join(SOURCE, path))
const folders = files.filter((path) => path.endsWith('texts/zh.json')).map(dirname)

function flat(node: Node, path = ''): Map<string, string> {
  if (typeof node === 'string') return new Map([[path, node]])
  return new Map(Object.entries(node).flatMap(([key, below]) => [...flat(below, path ? `${path}.${key}` : key)]))
}

const read = (folder: string, locale: string): Map<string, string> => flat(JSON.parse(readFileSync(join(folder, `${locale}.json`), 'utf8')) as Node)
const slots = (text: string): string => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(' ')

describe.each(folders)('the texts of %s', (folder) => {
  const zh = read(folder, 'zh')
  const en = read(folder, 'en')

  it('say the same things in both languages', () => {
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort())
  })

  it('leave nothing unsaid', () => {
    const empty = [...zh, ...en].filter(([, text]) => text.trim() === '')
    expect(empty).toEqual([])
  })

  it('speak their own language', () => {
    const han = /[\u3400-\u9fff]/
    const letters = /\p{L}/u
    const said = (text = ''): string => text.replace(/\{\w+\}/g, '')
    const foreign = [...zh].filter(([key, text]) => {
      // Names and units are written alike; the other language is called by its own name.
      if (text === en.get(key) || key === 'common.switch_language') return false
      return han.test(said(en.get(key))) || (letters.test(said(text)) && !han.test(text))
    })
    expect(foreign).toEqual([])
  })

  it('have the same places to fill in', () => {
    const unlike = [...zh].filter(([key, text]) => slots(text) !== slots(en.get(key) ?? '')).map(([key]) => key)
    expect(unlike).toEqual([])
  })
})

/** The folder's name is the name of its texts; the patient app's own are called `home`, the site app's `station`. */
function namespaceOf(folder: string): string {
  const owner = basename(dirname(folder))
  if (folder.endsWith(join('app', 'site', 'texts'))) return 'station'
  return owner === 'patient' ? 'home' : owner
}

it('every text that the source names is there', () => {
  const known = new Set<string>()
  for (const folder of folders) {
    const prefix = folder.includes('shared') ? '' : `${namespaceOf(folder)}.`
    for (const key of read(folder, 'zh').keys()) known.add(prefix + key)
  }
  const missing = files
    .filter((path) => /\.(vue|ts)$/.test(path) && !path.endsWith('.test.ts'))
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\bt\('([\w.]+)'/g)].map((found) => ({ path: path.slice(SOURCE.length), key: found[1] ?? '' })))
    .filter(({ key }) => !known.has(key))
  expect(missing).toEqual([])
})

/** Every text a source may ask for: its own words in quotes, and what a template may become. */
function asked(): { words: Set<string>; templates: RegExp[] } {
  const sources = files.filter((path) => /\.(vue|ts)$/.test(path) && !path.endsWith('.test.ts')).map((path) => readFileSync(path, 'utf8'))
  const words = new Set(sources.flatMap((source) => [...source.matchAll(/(['"`])([\w.]+)\1/g)].map((found) => found[2] ?? '')))
  const templates = sources
    .flatMap((source) => [...source.matchAll(/`([\w.]*(?:\$\{[^`}]*\}[\w.]*)+)`/g)].map((found) => found[1] ?? ''))
    .filter((template) => /^[a-z_]{3,}\.|\.[a-z_]{3,}(\.|$)/.test(template.replace(/\$\{[^}]*\}/g, '')))
    .map((template) => new RegExp(`^${template.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '[\\w.]+')}$`))
  return { words, templates }
}

it('every text that is there is named in the source', () => {
  const { words, templates } = asked()
  const idle = folders.flatMap((folder) => {
    const prefix = folder.includes('shared') ? '' : `${namespaceOf(folder)}.`
    return [...read(folder, 'zh').keys()].map((key) => prefix + key).filter((key) => !words.has(key) && !templates.some((template) => template.test(key)))
  })
  expect(idle).toEqual([])
})
