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

export interface Dot {
  id: string
  county: string
  x: number
  y: number
}

/** A county: its sites lie within `r` of its middle. */
export interface County {
  code: string
  x: number
  y: number
  r: number
}

/** `scale`: of the dots, which stand `gap` times that apart. */
export interface Scheme {
  dots: Dot[]
  counties: County[]
  scale: number
}

export const COUNTY_DIGITS = 6
const ROUNDS = 160
/** Between two counties, and above one for its name. */
const BETWEEN = 8
const LABEL = 18
const LARGEST = 1.3
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
    return { id: one.id, county: one.division.slice(0, COUNTY_DIGITS), x, y }
  })
}

const mid = (values: readonly number[]): number => (values.length ? (Math.min(...values) + Math.max(...values)) / 2 : 0)
const spanOf = (values: readonly number[]): number => (values.length ? Math.max(...values) - Math.min(...values) : 0)
const room = (pixels: number, values: readonly number[]): number => (spanOf(values) > 0 ? pixels / spanOf(values) : Infinity)

/** The sites of each county together, no two upon each other, the counties as they lie and none upon another. */
export function scheme(spots: readonly Spot[], size: Size, gap: number): Scheme {
  const groups = new Map<string, Dot[]>()
  for (const dot of project(spots, size, gap)) groups.set(dot.county, [...(groups.get(dot.county) ?? []), dot])
  const areas = [...groups].sort(([a], [b]) => a.localeCompare(b)).map(([code, dots]) => gathered(code, dots, gap))
  const counties = areas.map((area) => area.county)
  for (let round = 0; round < ROUNDS; round += 1) if (!partCounties(counties)) break
  const { scale, left, top } = fitting(counties, size)
  const at = ({ x, y }: { x: number; y: number }): { x: number; y: number } => ({ x: x * scale + left, y: y * scale + top })
  return {
    dots: areas.flatMap(({ county, dots }) => dots.map((dot) => ({ ...dot, ...at({ x: county.x + dot.x, y: county.y + dot.y }) }))),
    counties: counties.map((county) => ({ ...county, ...at(county), r: county.r * scale })),
    scale,
  }
}

/** `dots`: from the middle of the county, as near to where they lie as their number lets them. */
function gathered(code: string, dots: readonly Dot[], gap: number): { county: County; dots: Dot[] } {
  const middle = meanOf(dots)
  const far = Math.max(...dots.map((dot) => Math.hypot(dot.x - middle.x, dot.y - middle.y)))
  const closer = Math.min(1, (gap * 0.6 * Math.sqrt(dots.length)) / (far || 1))
  const near = spread(dots.map((dot) => ({ ...dot, x: (dot.x - middle.x) * closer, y: (dot.y - middle.y) * closer })), gap)
  const shift = meanOf(near)
  const own = near.map((dot) => ({ ...dot, x: dot.x - shift.x, y: dot.y - shift.y }))
  return { county: { code, ...middle, r: Math.max(...own.map((dot) => Math.hypot(dot.x, dot.y))) + gap * 0.8 }, dots: own }
}

function meanOf(dots: readonly Dot[]): { x: number; y: number } {
  const sum = (of: (dot: Dot) => number): number => dots.reduce((total, dot) => total + of(dot), 0) / dots.length
  return { x: sum((dot) => dot.x), y: sum((dot) => dot.y) }
}

/** The same dots at least `gap` apart, or nearly so. */
export function spread(dots: readonly Dot[], gap: number): Dot[] {
  const moved = dots.map((dot) => ({ ...dot }))
  for (let round = 0; round < ROUNDS; round += 1) if (!pushApart(moved, gap)) break
  return moved
}

function partCounties(counties: County[]): boolean {
  let isMoved = false
  for (const [index, one] of counties.entries()) {
    for (const [other, next] of counties.slice(index + 1).map((each, at) => [each, index + 1 + at] as const)) {
      if (push(one, other, one.r + other.r + BETWEEN, next)) isMoved = true
    }
  }
  return isMoved
}

/** How all counties, and the name above each, fill the drawing. */
function fitting(counties: readonly County[], size: Size): { scale: number; left: number; top: number } {
  if (!counties.length) return { scale: 1, left: 0, top: 0 }
  const west = Math.min(...counties.map((one) => one.x - one.r))
  const east = Math.max(...counties.map((one) => one.x + one.r))
  const north = Math.min(...counties.map((one) => one.y - one.r))
  const south = Math.max(...counties.map((one) => one.y + one.r))
  const scale = Math.min((size.width - BETWEEN) / (east - west), (size.height - LABEL - BETWEEN) / (south - north), LARGEST)
  return { scale, left: (size.width - (east + west) * scale) / 2, top: (size.height + LABEL - (south + north) * scale) / 2 }
}

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

function push(one: { x: number; y: number }, other: { x: number; y: number }, gap: number, turn: number): boolean {
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
