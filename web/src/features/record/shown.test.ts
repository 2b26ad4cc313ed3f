import 'fake-indexeddb/auto'

import { VueQueryPlugin } from '@tanstack/vue-query'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createApp, h, nextTick, ref, type App } from 'vue'
import { createI18n } from 'vue-i18n'

import { assumeSession, forgetSession } from '@/shared/api/session'
import { help } from '@/shared/keys/shortcuts'

import DraftForm from './DraftForm.vue'
import type { Draft } from './types'

// Their styles are no modules of Node; what is tested are the keys.
vi.mock('element-plus/es', () => ({ ElButton: { render: () => null } }))
vi.mock('element-plus/es/components/base/style/css', () => ({}))
vi.mock('element-plus/es/components/button/style/css', () => ({}))
vi.mock('./RecordEditor.vue', () => ({ default: { render: () => null } }))
vi.mock('./ConflictChoice.vue', () => ({ default: { render: () => null } }))
vi.mock('./SignDialog.vue', () => ({ default: { render: () => null } }))

const EMPTY: Draft = { fields: {}, prefilled: [], templated: [], blanks: {}, revision: 0, saved_at: null }

let app: App | null = null
const keys = (): string[] => help.value.flatMap((group) => group.rows.map((row) => row.label))
const press = (): boolean => dispatchEvent(new KeyboardEvent('keydown', { key: 's', code: 'KeyS', altKey: true, cancelable: true }))

beforeEach(() => {
  assumeSession({ id: 'li', display_name: '', roles: [], permissions: [], locale: 'zh', synthetic: true, second_factor: false, needs_second_factor: false })
  vi.stubGlobal('fetch', () => Promise.reject(new Error('no line')))
})
afterEach(() => {
  app?.unmount()
  vi.unstubAllGlobals()
  forgetSession()
})

it('signs by key only while it is what the column shows', async () => {
  const shown = ref(true)
  app = createApp({ render: () => h(DraftForm, { visit: 'v1', stored: EMPTY, shown: shown.value }) })
  app.use(VueQueryPlugin).use(createI18n({ legacy: false, locale: 'zh', missingWarn: false, fallbackWarn: false, messages: { zh: {} } }))
  app.config.warnHandler = () => undefined
  app.mount(document.createElement('div'))
  expect(keys()).toEqual(['record.key.sign'])
  expect(press()).toBe(false)
  shown.value = false
  await nextTick()
  expect(keys()).toEqual([])
  expect(press()).toBe(true)
})
