import '@/shared/styles/tokens.css'

import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'

import DemoPage from '@/features/demo/DemoPage.vue'
import demoEn from '@/features/demo/texts/en.json'
import demoZh from '@/features/demo/texts/zh.json'
import { makeQueries } from '@/shared/api/queries'
import { makeI18n } from '@/shared/i18n'

createApp(DemoPage)
  .use(makeI18n({ zh: { demo: demoZh }, en: { demo: demoEn } }))
  .use(VueQueryPlugin, makeQueries().options)
  .mount('#app')
