import { describe, expect, it } from 'vitest'

import { LIT_FROM, SHARP_FROM, flawOf, greyOf, meanOf, sharpnessOf, type Grey } from './quality'

const SIZE = 320
let seed = 7
/** The same pictures every time. */
const chance = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647

function drawn(of: (x: number, y: number) => number): Grey {
  const pixels = new Float32Array(SIZE * SIZE)
  for (let y = 0; y < SIZE; y += 1) for (let x = 0; x < SIZE; x += 1) pixels[y * SIZE + x] = Math.min(255, Math.max(0, of(x, y)))
  return { width: SIZE, height: SIZE, pixels }
}

/** Skin with a rash: soft light, a few hundred spots with an edge, the grain of a phone's camera. */
function rash(light = 1): Grey {
  const spots = Array.from({ length: 240 }, () => ({ x: chance() * SIZE, y: chance() * SIZE, r: 2 + chance() * 6 }))
  return drawn((x, y) => {
    const skin = 150 + 30 * Math.sin(x / 90) + 20 * Math.cos(y / 70)
    const spotted = spots.some((s) => (x - s.x) ** 2 + (y - s.y) ** 2 < s.r ** 2) ? skin - 55 : skin
    return light * (spotted + (chance() - 0.5) * 8)
  })
}
/** A report on paper. */
const page = (light = 1): Grey => drawn((x, y) => light * (y % 14 < 7 && (x * 7 + y * 3) % 11 < 5 && x > 30 && x < 290 ? 60 : 225))

/** Box blurs, three times over, are as good as a Gaussian. */
function blurred(of: Grey, radius: number): Grey {
  let { pixels } = of
  for (let turn = 0; turn < 3; turn += 1) {
    for (const [step, across] of [[1, SIZE], [SIZE, 1]] as const) {
      const next = new Float32Array(pixels.length)
      for (let lane = 0; lane < SIZE; lane += 1) {
        for (let i = 0; i < SIZE; i += 1) {
          let [sum, n] = [0, 0]
          for (let k = Math.max(0, i - radius); k <= Math.min(SIZE - 1, i + radius); k += 1) {
            sum += pixels[lane * across + k * step] ?? 0
            n += 1
          }
          next[lane * across + i * step] = sum / n
        }
      }
      pixels = next
    }
  }
  return { ...of, pixels }
}

describe('a photo', () => {
  it('in focus and in the light is sent without a word', () => {
    for (const picture of [rash(), page()]) {
      expect(sharpnessOf(picture)).toBeGreaterThan(5 * SHARP_FROM)
      expect(flawOf(picture)).toBeNull()
    }
  })

  it('out of focus is noticed', () => {
    for (const picture of [blurred(rash(), 1), blurred(rash(), 3), blurred(page(), 3)]) {
      expect(sharpnessOf(picture)).toBeLessThan(SHARP_FROM)
      expect(flawOf(picture)).toBe('blurred')
    }
  })

  it('a little soft passes, and so does smooth skin: a kind word too often is none', () => {
    const [sharp, soft] = [rash(), blurred(rash(), 1)]
    expect(flawOf({ ...sharp, pixels: sharp.pixels.map((pixel, i) => (pixel + (soft.pixels[i] ?? 0)) / 2) })).toBeNull()
    expect(flawOf(drawn((x, y) => 150 + 30 * Math.sin(x / 90) + 20 * Math.cos(y / 70) + (chance() - 0.5) * 8))).toBeNull()
  })

  it('taken in the dark is noticed, sharp or not', () => {
    for (const picture of [rash(0.12), page(0.1), blurred(rash(0.12), 3)]) {
      expect(meanOf(picture)).toBeLessThan(LIT_FROM)
      expect(flawOf(picture)).toBe('dark')
    }
  })

  it('in a dim room passes', () => {
    expect(flawOf(rash(0.5))).toBeNull()
  })

  it('is measured by its luma', () => {
    const grey = greyOf(new Uint8ClampedArray([255, 0, 0, 255, 0, 255, 0, 255]), 2, 1)
    expect([...grey.pixels].map(Math.round)).toEqual([76, 150])
    expect(sharpnessOf(grey)).toBe(0)
  })
})
