// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { effectScope } from 'vue'

import type { Flaw } from './quality'
import { useSift, type Sift } from './useSift'

const photo = (name: string): File => new File(['x'], name, { type: 'image/jpeg' })
const [sharp, blurred, dark] = [photo('sharp'), photo('blurred'), photo('dark')]
const look = (file: File): Promise<Flaw | null> => Promise.resolve(file.name === 'sharp' ? null : (file.name as Flaw))
const made = (): Sift => effectScope().run(() => useSift(look)) as Sift
const soon = (): Promise<void> => new Promise((done) => setTimeout(done, 5))

describe('photos before they are sent', () => {
  it('in order pass without a question', async () => {
    const one = made()
    expect(await one.sift([sharp, sharp])).toEqual({ send: [sharp, sharp], again: false })
    expect(one.poor.value).toEqual([])
  })

  it('that are poor wait for a word, and are sent in their order when it is "anyway"', async () => {
    const one = made()
    const asked = one.sift([blurred, sharp, dark])
    await soon()
    expect(one.poor.value.map((each) => each.flaw)).toEqual(['blurred', 'dark'])
    one.sendAnyway()
    expect(await asked).toEqual({ send: [blurred, sharp, dark], again: false })
  })

  it('that are to be taken again stay here, the others go', async () => {
    const one = made()
    const asked = one.sift([blurred, sharp])
    await soon()
    one.takeAgain()
    expect(await asked).toEqual({ send: [sharp], again: true })
    expect(one.poor.value).toEqual([])
  })
})
