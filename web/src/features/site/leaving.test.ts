import { afterEach, describe, expect, it } from 'vitest'
import { createApp, defineComponent, h, nextTick, ref } from 'vue'
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router'

import { useLeaving } from './useLeaving'

const [written, asks] = [ref(false), ref(false)]
let done: () => boolean = () => false
let close = (): void => undefined
const Written = defineComponent({ setup: () => ((done = useLeaving(() => written.value, asks)), () => null) })

async function shown(): Promise<Router> {
  written.value = true
  asks.value = false
  const other = { render: () => null }
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: other }, { path: '/new', component: { render: () => h(Written) } }, { path: '/day', component: other }] })
  await router.push('/new')
  const app = createApp(RouterView).use(router)
  app.mount(document.createElement('div'))
  close = () => app.unmount()
  return router
}
const mayUnload = (): boolean => dispatchEvent(new Event('beforeunload', { cancelable: true }))

describe('a page with something written', () => {
  afterEach(() => close())

  it('asks before it is left, and stays when nobody says yes', async () => {
    const router = await shown()
    const going = router.push('/day')
    await expect.poll(() => asks.value).toBe(true)
    asks.value = false
    await going
    expect(router.currentRoute.value.path).toBe('/new')
    expect(mayUnload()).toBe(false)
  })

  it('lets go where somebody was on their way, after a yes', async () => {
    const router = await shown()
    const going = router.push('/day')
    await expect.poll(() => asks.value).toBe(true)
    expect(done()).toBe(true)
    await going
    expect(router.currentRoute.value.path).toBe('/day')
  })

  it('asks nothing when it is empty, or sent', async () => {
    const router = await shown()
    expect(done()).toBe(false)
    expect(mayUnload()).toBe(true)
    await router.push('/day')
    await router.push('/new')
    written.value = false
    await nextTick()
    expect(mayUnload()).toBe(true)
    await router.push('/day')
    expect([router.currentRoute.value.path, asks.value]).toEqual(['/day', false])
  })
})
