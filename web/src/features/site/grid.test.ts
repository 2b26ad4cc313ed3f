import { afterEach, expect, it } from 'vitest'
import { createApp, h, nextTick, type App } from 'vue'
import { createI18n } from 'vue-i18n'

import { useSaving } from './useSaving'
import VitalsGrid from './VitalsGrid.vue'
import { useRegistration } from './registration'
import en from './texts/en.json'
import zh from './texts/zh.json'

let app: App
afterEach(() => app.unmount())

it('says what is wrong with a number in the language that the page has now', async () => {
  const registration = useRegistration('zh')
  const { draft } = registration
  draft.entries.spo2 = { ...draft.entries.spo2, texts: { value: 'x' } }
  const i18n = createI18n({ legacy: false, locale: 'zh', messages: { zh: { site: zh }, en: { site: en } } as never, missingWarn: false, fallbackWarn: false })
  const held: { save?: () => Promise<unknown> } = {}
  const page = document.createElement('div')
  app = createApp({
    setup() {
      const { save, faults } = useSaving(registration)
      held.save = () => save([])
      return () => h(VitalsGrid, { modelValue: draft.entries, isMinor: false, faults: faults.value, taken: [] })
    },
  })
  app.use(i18n).mount(page)
  await held.save?.()
  await nextTick()
  const fault = (): string | undefined => page.querySelector('[data-testid="spo2-fault"]')?.textContent
  expect(fault()).toContain('请只填数字')
  i18n.global.locale.value = 'en'
  await nextTick()
  expect(fault()).toContain('Numbers only')
})
