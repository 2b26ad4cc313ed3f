import './site.css'

import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'

import { makeQueries } from '@/shared/api/queries'
import { makeI18n } from '@/shared/i18n'
import { followVersions } from '@/shared/offline/newVersion'

import App from './App.vue'
import { makeRouter } from './router'
import { texts } from './texts'

followVersions('/counter.js', '/site')
createApp(App).use(makeI18n(texts)).use(VueQueryPlugin, makeQueries().options).use(makeRouter()).mount('#app')
