import '@/shared/styles/app.css'

import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'

import { makeQueries } from '@/shared/api/queries'
import { followElder } from '@/shared/elder/elder'
import { makeI18nOf } from '@/shared/i18n'
import { followVersions } from '@/shared/offline/newVersion'

import App from './App.vue'
import { makeRouter } from './router'
import { loadTexts } from './texts'

followElder()
followVersions('/sw.js', '/')
void makeI18nOf(loadTexts).then((i18n) => createApp(App).use(i18n).use(VueQueryPlugin, makeQueries().options).use(makeRouter()).mount('#app'))
