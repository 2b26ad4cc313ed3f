/** The pages of a site without a line: their own files, kept by version. Nothing that the house says, and nobody's words, are kept here. */

import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute } from 'workbox-precaching'

import { isSitePage } from './reach'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (string | { url: string; revision: string | null })[] }

precacheAndRoute(self.__WB_MANIFEST, { cleanURLs: false, directoryIndex: '', ignoreURLParametersMatching: [] })
cleanupOutdatedCaches()

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.mode !== 'navigate' || request.method !== 'GET' || !isSitePage(new URL(request.url).pathname)) return
  event.respondWith(matchPrecache('/site.html').then((page) => page ?? fetch(request)))
})

// The first worker of a device may begin at once; a later one waits for the person's word.
self.addEventListener('install', () => {
  if (!self.registration.active) void self.skipWaiting()
})
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('message', (event) => {
  if (event.data === 'take over') void self.skipWaiting()
})
