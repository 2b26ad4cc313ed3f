import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApp, h, nextTick } from 'vue'

import { makeI18n } from '@/shared/i18n'
import type { Pending } from '@/shared/site/store'

import PendingCard from './PendingCard.vue'
import en from './texts/en.json'
import zh from './texts/zh.json'

vi.mock('./DangerNote.vue', () => ({ default: { render: () => null } }))

const text = { zh: '文', en: 'text' }
const ONE: Pending = {
  id: 'c', walk_in_id: 'c', readings: [], pictures: [], captured_at: '2027-03-01T08:00:00Z', registered: false,
  form: { name: '王秀兰', id_number: '11010519491231002X', locale: 'zh', card_by: 'reader', complaint: '头晕', consents: [{ kind: 'service', version: '1' }] },
  troubles: [{ step: 'register', what: '', code: 'relative_sees_needed', text, errors: [], walk_in_id: null }],
}
let close = (): void => undefined

function shown(one: Pending) {
  const fixes: unknown[] = []
  const kept: (() => void)[] = []
  const app = createApp({ render: () => h(PendingCard, { one, busy: false, onFix: (fix: unknown, whenKept?: () => void) => (fixes.push(fix), whenKept && kept.push(whenKept)) }) })
  const at = document.createElement('div')
  document.body.append(at)
  app.use(makeI18n({ zh: { outage: zh }, en: { outage: en } })).mount(at)
  close = () => {
    app.unmount()
    at.remove()
  }
  const find = (name: string) => at.querySelector<HTMLElement>(`[data-testid=${name}]`)
  const press = async (name: string): Promise<void> => {
    find(name)?.click()
    await nextTick()
  }
  const save = async (): Promise<void> => {
    at.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await nextTick()
  }
  return { at, fixes, kept, press, save }
}

describe('a capture that was refused', () => {
  afterEach(() => close())

  it('goes with the yes that the house asks for, and not before it', async () => {
    const { at, fixes, kept, press, save } = shown(ONE)
    await press('correct')
    await save()
    expect(fixes).toEqual([])
    expect(at.querySelector('.field-error')).not.toBeNull()
    await press('edit-relative_sees')
    await save()
    expect(fixes).toEqual([{ kind: 'form', form: { ...ONE.form, relative_sees: true } }])
    // What was typed stays until the device has kept it.
    expect(at.querySelector('form')).not.toBeNull()
    kept.forEach((tell) => tell())
    await nextTick()
    expect(at.querySelector('form')).toBeNull()
  })
})
