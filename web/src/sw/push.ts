/**
 * Pushes: shown as they come, unless the page they lead to is being looked at; a tap opens it.
 * What is in a push names no person and no illness (ADR 0020): others read a lock screen too.
 */

import type { Heard } from './heard'

export interface Told {
  id: string
  title: string
  body: string
  link: string
  lang: string
}

const UNREADABLE: Told = { id: '', title: '杏林 Xinglin', body: '您有新通知。 You have a new notice.', link: '/notices', lang: 'zh-CN' }

/** A path of this house and nothing else. */
export function isOwnPath(link: unknown): link is string {
  return typeof link === 'string' && /^\/(?![/\\])[\w./?=&%-]*$/.test(link)
}

export function read(text: string): Told {
  try {
    const found = JSON.parse(text) as Partial<Record<keyof Told, unknown>> | null
    if (typeof found?.title !== 'string' || typeof found.body !== 'string') return UNREADABLE
    return {
      id: typeof found.id === 'string' ? found.id : '',
      title: found.title,
      body: found.body,
      link: isOwnPath(found.link) ? found.link : '/notices',
      lang: typeof found.lang === 'string' ? found.lang : 'zh-CN',
    }
  } catch {
    return UNREADABLE
  }
}

const isStaff = (path: string): boolean => path === '/staff' || path.startsWith('/staff/')

/** Of staff, any page of the workbench shows it; of a patient, the page itself. */
export function shows(client: { url: string; visibilityState: string }, link: string): boolean {
  if (client.visibilityState !== 'visible') return false
  const at = new URL(client.url).pathname
  const to = link.split('?')[0] ?? link
  return isStaff(to) ? isStaff(at) : at === to
}

export function listenForPush(worker: ServiceWorkerGlobalScope): void {
  const windows = (): Promise<readonly WindowClient[]> => worker.clients.matchAll({ type: 'window', includeUncontrolled: true })

  async function show(told: Told): Promise<void> {
    const open = await windows()
    const heard: Heard = { kind: 'notice', link: told.link }
    open.forEach((client) => client.postMessage(heard))
    if (open.some((client) => shows(client, told.link))) return
    const options = {
      body: told.body,
      lang: told.lang,
      icon: '/icons/192.png',
      // A later one on the same page takes its place, and is heard again.
      tag: told.link,
      renotify: true,
      data: { link: told.link },
    }
    await worker.registration.showNotification(told.title, options)
  }

  async function openPage(link: string): Promise<void> {
    const own = (await windows()).filter((client) => isStaff(new URL(client.url).pathname) === isStaff(link))
    const client = own.find((each) => each.focused) ?? own[0]
    if (!client) {
      await worker.clients.openWindow(link)
      return
    }
    const heard: Heard = { kind: 'open', link }
    client.postMessage(heard)
    await client.focus()
  }

  worker.addEventListener('push', (event) => event.waitUntil(show(event.data ? read(event.data.text()) : UNREADABLE)))
  worker.addEventListener('notificationclick', (event) => {
    event.notification.close()
    const link = (event.notification.data as { link?: unknown } | null)?.link
    event.waitUntil(openPage(isOwnPath(link) ? link : '/notices'))
  })
}
