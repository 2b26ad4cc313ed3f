/**
 * Whether a photo is so blurred or so dark that the doctor will ask for another one: noticed on the device, before it is sent.
 * It warns and never forbids: a photo of smooth skin has few edges, too.
 */

export type Flaw = 'blurred' | 'dark'

/** Photos are looked at in this size; the thresholds are of it. */
export const LOOKED_AT_PX = 320
/**
 * Ours, measured on the generated pictures of quality.test.ts (variance at 320 px): a rash in focus 800, in half the light 215, smooth skin
 * with a camera's grain 106; the rash out of focus by 1.4 px 8, by 3 px 2. Mean luma: in the light 150, in a dim room 76, in the dark under 25.
 */
export const SHARP_FROM = 12
export const LIT_FROM = 40

/** Grey, row by row, 0..255. */
export interface Grey {
  width: number
  height: number
  pixels: Float32Array
}

/** Rec. 601 luma of RGBA. */
export function greyOf(rgba: Uint8ClampedArray, width: number, height: number): Grey {
  const pixels = new Float32Array(width * height)
  for (let i = 0; i < pixels.length; i += 1) {
    const at = i * 4
    pixels[i] = 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0)
  }
  return { width, height, pixels }
}

export function meanOf({ pixels }: Grey): number {
  let sum = 0
  for (const pixel of pixels) sum += pixel
  return pixels.length ? sum / pixels.length : 0
}

/** Variance of the Laplacian: edges make it high, blur takes them away. */
export function sharpnessOf({ width, height, pixels }: Grey): number {
  let [n, sum, squares] = [0, 0, 0]
  const at = (i: number): number => pixels[i] ?? 0
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const i = y * width + x
      const edge = at(i - 1) + at(i + 1) + at(i - width) + at(i + width) - 4 * at(i)
      n += 1
      sum += edge
      squares += edge * edge
    }
  }
  return n ? squares / n - (sum / n) ** 2 : 0
}

/** In the dark everything is blurred, too: the light is what to mend first. */
export function flawOf(grey: Grey): Flaw | null {
  if (meanOf(grey) < LIT_FROM) return 'dark'
  return sharpnessOf(grey) < SHARP_FROM ? 'blurred' : null
}

/** More than the server takes: not decoded here, and refused there in words. */
const MOST_PIXELS = 40_000_000

function opened(source: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const picture = new Image()
    picture.onload = () => resolve(picture)
    picture.onerror = () => reject(new Error('no picture'))
    picture.src = source
  })
}

/** Null, too, for what this browser cannot decode (HEIC in some): the server will look at it. */
export async function flawOfFile(file: Blob): Promise<Flaw | null> {
  const source = URL.createObjectURL(file)
  try {
    // The header alone tells its size; drawn small, a large photo is decoded small.
    const picture = await opened(source)
    const { naturalWidth, naturalHeight } = picture
    if (naturalWidth * naturalHeight > MOST_PIXELS) return null
    const shrink = Math.min(1, LOOKED_AT_PX / Math.max(naturalWidth, naturalHeight))
    const [width, height] = [Math.max(1, Math.round(naturalWidth * shrink)), Math.max(1, Math.round(naturalHeight * shrink))]
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width, height })
    const context = canvas.getContext('2d', { willReadFrequently: true })
    if (!context) return null
    context.imageSmoothingQuality = 'high'
    context.drawImage(picture, 0, 0, width, height)
    return flawOf(greyOf(context.getImageData(0, 0, width, height).data, width, height))
  } catch {
    return null
  } finally {
    URL.revokeObjectURL(source)
  }
}
