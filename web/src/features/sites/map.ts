/** A schematic map: where sites lie to each other, none upon another. Pure; pixels of the drawing. */

export interface Spot {
  id: string
  longitude: number | null
  latitude: number | null
  division: string
}

export interface Size {
  width: number
  height: number
}

/** `x`, `y`: where it is drawn; `trueX`, `trueY`: where it lies. */
export interface Dot {
  id: string
  county: string
  x: number
  y: number
  trueX: number
  trueY: number
}

export interface County {
  code: string
  path: string
  labelX: number
  labelY: number
}

const COUNTY_DIGITS = 6
const ROUNDS = 120
/** Turns each of several in one spot another way. */
const GOLDEN = 2.399963

type Placed = Spot & { longitude: number; latitude: number }
export const isPlaced = (spot: Spot): spot is Placed => spot.longitude !== null && spot.latitude !== null

/** Where each lies: true to shape at the middle latitude, as large as `size` less `margin` holds. */
export function project(spots: readonly Spot[], size: Size, margin: number): Dot[] {
  const placed = spots.filter(isPlaced)
  const flat = Math.cos(((mid(placed.map((one) => one.latitude)) * Math.PI) / 180))
  const xs = placed.map((one) => one.longitude * flat)
  const ys = placed.map((one) => -one.latitude)
  const scale = Math.min(room(size.width - 2 * margin, xs), room(size.height - 2 * margin, ys), 1e9)
  const at = (values: number[], index: number, whole: number): number => whole / 2 + (Number.isFinite(scale) && scale < 1e9 ? ((values[index] ?? 0) - mid(values)) * scale : 0)
  return placed.map((one, index) => {
    const x = at(xs, index, size.width)
    const y = at(ys, index, size.height)
    return { id: one.id, county: one.division.slice(0, COUNTY_DIGITS), x, y, trueX: x, trueY: y }
  })
}

const mid = (values: readonly number[]): number => (values.length ? (Math.min(...values) + Math.max(...values)) / 2 : 0)
const spanOf = (values: readonly number[]): number => (values.length ? Math.max(...values) - Math.min(...values) : 0)
const room = (pixels: number, values: readonly number[]): number => (spanOf(values) > 0 ? pixels / spanOf(values) : Infinity)

/** The same dots at least `gap` apart where there is room for it, each as near to where it lies as that lets it. */
export function spread(dots: readonly Dot[], gap: number, size: Size, margin: number): Dot[] {
  const moved = dots.map((dot) => ({ ...dot }))
  for (let round = 0; round < ROUNDS; round += 1) {
    if (!pushApart(moved, gap)) break
    for (const dot of moved) {
      dot.x = within(dot.x, margin, size.width - margin)
      dot.y = within(dot.y, margin, size.height - margin)
    }
  }
  return moved
}

const within = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)

/** Whether any two were too near. */
function pushApart(dots: Dot[], gap: number): boolean {
  let isMoved = false
  for (const [index, one] of dots.entries()) {
    for (let next = index + 1; next < dots.length; next += 1) {
      const other = dots[next]
      if (other && push(one, other, gap, next)) isMoved = true
    }
  }
  return isMoved
}

function push(one: Dot, other: Dot, gap: number, turn: number): boolean {
  const dx = other.x - one.x
  const dy = other.y - one.y
  if (Math.abs(dx) >= gap || Math.abs(dy) >= gap) return false
  const apart = Math.hypot(dx, dy)
  if (apart >= gap - 0.01) return false
  const by = (gap - apart) / 2
  const [ux, uy] = apart > 0.01 ? [dx / apart, dy / apart] : [Math.cos(turn * GOLDEN), Math.sin(turn * GOLDEN)]
  one.x -= ux * by
  one.y -= uy * by
  other.x += ux * by
  other.y += uy * by
  return true
}

/** The outline of the dots of each county; its name goes above. */
export function counties(dots: readonly Dot[]): County[] {
  const groups = new Map<string, Dot[]>()
  for (const dot of dots) groups.set(dot.county, [...(groups.get(dot.county) ?? []), dot])
  return [...groups]
    .filter(([code]) => code !== '')
    .map(([code, of]) => {
      const top = of.reduce((highest, dot) => (dot.y < highest.y ? dot : highest))
      const path = `M${hull(of).map((dot) => `${dot.x.toFixed(1)} ${dot.y.toFixed(1)}`).join('L')}Z`
      return { code, path, labelX: top.x, labelY: top.y }
    })
    .sort((a, b) => a.code.localeCompare(b.code))
}

/** Convex, by the monotone chain. */
export function hull(dots: readonly Dot[]): Dot[] {
  const sorted = [...dots].sort((a, b) => a.x - b.x || a.y - b.y)
  if (sorted.length < 3) return sorted
  const lower = half(sorted)
  const upper = half([...sorted].reverse())
  return [...lower.slice(0, -1), ...upper.slice(0, -1)]
}

function half(sorted: readonly Dot[]): Dot[] {
  const chain: Dot[] = []
  for (const dot of sorted) {
    while (chain.length >= 2 && !turnsLeft(chain.at(-2), chain.at(-1), dot)) chain.pop()
    chain.push(dot)
  }
  return chain
}

function turnsLeft(a: Dot | undefined, b: Dot | undefined, c: Dot): boolean {
  return a !== undefined && b !== undefined && (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) > 0
}

const WAYS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

/** The next dot that way by an arrow key; undefined at the rim, and for any other key. */
export function neighbour(dots: readonly Dot[], from: Dot, key: string): Dot | undefined {
  const way = WAYS[key]
  if (!way) return undefined
  let best: Dot | undefined
  let least = Infinity
  for (const dot of dots) {
    const along = (dot.x - from.x) * way[0] + (dot.y - from.y) * way[1]
    const aside = Math.abs((dot.x - from.x) * way[1]) + Math.abs((dot.y - from.y) * way[0])
    const cost = along + 2 * aside
    if (along > 0.5 && cost < least) [best, least] = [dot, cost]
  }
  return best
}
