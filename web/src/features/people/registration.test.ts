import 'fake-indexeddb/auto'

import { expect, it, vi } from 'vitest'
import { effectScope, nextTick } from 'vue'

import { assumeSession } from '@/shared/api/session'
import { onShelf } from '@/shared/offline/shelf'

import { useRegistration } from './registration'

const NUMBER = '11010519491231002x'

it('an identity number that is being typed is not kept on the device, and the rest is', async () => {
  assumeSession({ id: 'li', display_name: '', roles: [], permissions: [], locale: 'zh', synthetic: true, second_factor: false, needs_second_factor: false })
  const scope = effectScope()
  const form = scope.run(useRegistration)
  if (!form) throw new Error('the scope has ended')
  await form.ready
  form.number.value = NUMBER
  form.form.name = '陈'
  await nextTick()
  scope.stop()
  await vi.waitUntil(async () => (await onShelf((shelf) => shelf.count('forms'))) === 1)
  const kept = JSON.stringify(await onShelf((shelf) => shelf.getAll('forms')))
  expect(kept).toContain('陈')
  expect(kept.toUpperCase()).not.toContain(NUMBER.toUpperCase())
  expect(form.person()).toMatchObject({ name: '陈', id_number: '11010519491231002X' })
})
