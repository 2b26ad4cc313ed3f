/** Which addresses belong to the patient's app; apart from the worker, so that it can be tested alone. */

/** Served by others, or never to be kept: other entries, the interface, sign-in by link, files. */
const OTHERS = ['/staff', '/demo', '/site', '/api', '/_allauth', '/files', '/live', '/admin', '/join', '/agree', '/healthz', '/readyz', '/metrics', '/static', '/docs']

const below = (path: string, start: string): boolean => path === start || path.startsWith(`${start}/`) || path === `${start}.html`

const isOthers = (path: string): boolean => OTHERS.some((start) => below(path, start))

export function isAppPage(path: string): boolean {
  return !isOthers(path) && !/\.[a-z0-9]+$/i.test(path.replace(/^\/index\.html$/, '/'))
}

/** The counter's own pages; what else begins with the same letters is another's. */
export function isSitePage(path: string): boolean {
  return below(path, '/site')
}

/** Asked by a page of ours that is not the patient's app. */
export function isForeign(referrer: string, origin: string): boolean {
  return referrer.startsWith(origin) && isOthers(new URL(referrer).pathname)
}
