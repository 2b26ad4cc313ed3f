/** Where one can go: the tabs below, the tiles of the first page, the list of "Me". An entry shows itself once its route exists. */

import type { RouteLocationRaw, Router } from 'vue-router'

export type Tab = 'home' | 'visits' | 'notices' | 'me'

declare module 'vue-router' {
  interface RouteMeta {
    /** A root page: it has the tab bar, and lights up this tab. */
    tab?: Tab
  }
}

export interface Entry {
  id: string
  /** The name of the route. */
  route: string
  /** `tile`: the first page; `me`: the list of "Me". `elder`: also on the first page of the elder mode. */
  place: 'tile' | 'me'
  elder?: boolean
  /** The key of its words. */
  text: string
  /** The path of a picture of 24 x 24, drawn with strokes. */
  icon: string
}

export const ENTRIES: readonly Entry[] = [
  { id: 'doctors', route: 'doctors', place: 'tile', text: 'home.entries.doctors', icon: 'M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 20c.6-3.8 3.3-6 7-6 1.6 0 3 .4 4.2 1.200M17 13v8M13 17h8' },
  { id: 'proofs', route: 'proofs', place: 'tile', text: 'home.entries.proofs', icon: 'M6 3h9l4 4v14H6zM9 12l2.2 2.200L16 9.500M9 18h6' },
  { id: 'history', route: 'history', place: 'tile', text: 'home.entries.history', icon: 'M4 5h6l2 2.500h8V19H4zM8 12h8M8 15.500h5' },
  { id: 'search', route: 'search', place: 'tile', text: 'home.entries.search', icon: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20.5 20.5' },
  { id: 'family', route: 'family', place: 'me', text: 'home.family', icon: 'M8.5 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.4-3.8 2.8-6 6-6s5.6 2.2 6 6M16 4.500a3.5 3.5 0 0 1 0 6.500M17.5 14.200c2.3.5 3.7 2.5 4 5.8' },
  { id: 'readers', route: 'readers', place: 'me', text: 'home.readers', icon: 'M2.5 12c2.5-4.5 5.7-6.7 9.5-6.700s7 2.2 9.5 6.700c-2.5 4.5-5.7 6.7-9.5 6.700s-7-2.2-9.5-6.700zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z' },
  { id: 'notice-settings', route: 'notice-settings', place: 'me', text: 'home.entries.notice_settings', icon: 'M6 17V11a6 6 0 0 1 12 0v6l1.5 1.500h-15zM10 21h4' },
  { id: 'account', route: 'account', place: 'me', text: 'home.entries.account', icon: 'M12 3l8 3v5.500c0 4.7-3.2 7.9-8 9.5-4.8-1.6-8-4.8-8-9.500V6zM9 12l2.2 2.200L15.5 10' },
]

export const TABS: readonly { tab: Tab; route: string; text: string; icon: string }[] = [
  { tab: 'home', route: 'home', text: 'home.tabs.home', icon: 'M4 11.5 12 4l8 7.500M6 10v10h4.500v-6h3v6H18V10' },
  { tab: 'visits', route: 'visits', text: 'home.tabs.visits', icon: 'M4 5h16v11H11l-5 4v-4H4zM8.5 9h7M8.5 12.200h4.5' },
  { tab: 'notices', route: 'notices', text: 'home.tabs.notices', icon: 'M6 17V11a6 6 0 0 1 12 0v6l1.5 1.500h-15zM10 21h4' },
  { tab: 'me', route: 'me', text: 'home.tabs.me', icon: 'M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.500c.6-4 3.5-6.5 7.5-6.500s6.9 2.5 7.5 6.5' },
]

/** Those of one place whose page is built. */
export function entriesOf(router: Router, place: Entry['place']): Entry[] {
  return ENTRIES.filter((entry) => entry.place === place && router.hasRoute(entry.route))
}

/** One reader's list for one person: with several, the family comes first. */
export function whereTo(entry: Entry, patients: readonly { id: string }[]): RouteLocationRaw {
  if (entry.route !== 'readers') return { name: entry.route }
  const [only, ...others] = patients
  return only && others.length === 0 ? { name: 'readers', params: { patient: only.id } } : { name: 'family' }
}
