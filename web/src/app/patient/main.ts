import '@/shared/styles/app.css'

import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'

import { makeQueries } from '@/shared/api/queries'
import { followElder } from '@/shared/elder/elder'
import { makeI18nOf } from '@/shared/i18n'

import App from './App.vue'
import { followVersions } from './newVersion'
import { makeRouter } from './router'
import { loadTexts } from './texts'

followElder()
followVersions()
void makeI18nOf(loadTexts).then((i18n) => createApp(App).use(i18n).use(VueQueryPlugin, makeQueries().options).use(makeRouter()).mount('#app'))
