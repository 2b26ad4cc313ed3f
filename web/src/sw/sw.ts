/** The patient's app without a line: its own files, kept by version. Nothing that the house says is kept here. */

import { cleanupOutdatedCaches, createHandlerBoundToURL, matchPrecache, precacheAndRoute } from 'workbox-precaching'

import { listenForPush } from './push'
import { isAppPage, isForeign } from './reach'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (string | { url: string; revision: string | null })[] }

// Pages of staff, guests and the back office lie in our scope and are not ours: they are left to the network, first of all listeners.
self.addEventListener('fetch', (event) => {
  if (isForeign(event.request.referrer, self.location.origin)) event.stopImmediatePropagation()
})

listenForPush(self)

precacheAndRoute(self.__WB_MANIFEST, { cleanURLs: false, directoryIndex: '', ignoreURLParametersMatching: [] })
cleanupOutdatedCaches()
const shell = createHandlerBoundToURL('/index.html')

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.mode !== 'navigate' || request.method !== 'GET' || !isAppPage(new URL(request.url).pathname)) return
  event.respondWith(matchPrecache('/index.html').then((page) => page ?? shell({ event, request, url: new URL(request.url) })))
})

// The first worker of a device may begin at once; a later one waits for the person's word.
self.addEventListener('install', () => {
  if (!self.registration.active) void self.skipWaiting()
})
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('message', (event) => {
  if (event.data === 'take over') void self.skipWaiting()
})
