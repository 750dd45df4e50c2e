import type { Point, Positions } from './positions.ts'

/** Longer than this, by its width, a layout is a thread that leaves most of its box empty. */
const threadAspect = 3.5
/** Fewer nodes than these fit in a row. */
const fewNodes = 6
/** The steepest slope of the wave: at 2.2 it is about half as wide as it is long. */
const slope = 2.2
/** Samples of the wave: far more than nodes in a picture. */
const samples = 600

export const aspectOf = (points: readonly Point[]): number => {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
  const [width, height] = [Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)]
  return Math.max(width, height) / Math.max(1, Math.min(width, height))
}

/**
 * Lays a long thin layout along a wave, as a vine grows, so that it fills a box: a line of ten, above all. Lengths along
 * the thread are kept. Anything else is left as it is. `unit`: the length of a link.
 */
export const bend = (positions: Positions, unit: number): Positions => {
  const points = [...positions.values()]
  if (points.length < fewNodes || aspectOf(points) < threadAspect) return positions
  const isTall = spread(points, 'y') > spread(points, 'x')
  const upright = isTall ? points.map(({ x, y }) => ({ x: y, y: x })) : points
  const start = Math.min(...upright.map(({ x }) => x))
  const length = spread(upright, 'x')
  const middle = upright.reduce((sum, { y }) => sum + y, 0) / upright.length
  const wave = waveOf(length, length < 7 * unit ? 1 : length < 14 * unit ? 1.5 : 2)
  const ids = [...positions.keys()]
  return new Map(
    upright.map(({ x, y }, index) => {
      const at = wave[Math.round(((x - start) / length) * (samples - 1))] ?? { x: 0, y: 0, nx: 0, ny: 1 }
      return [ids[index] ?? '', { x: at.x + at.nx * (y - middle), y: at.y + at.ny * (y - middle) }]
    }),
  )
}

const spread = (points: readonly Point[], axis: 'x' | 'y'): number =>
  Math.max(...points.map((point) => point[axis])) - Math.min(...points.map((point) => point[axis]))

interface WavePoint extends Point {
  /** The normal. */
  readonly nx: number
  readonly ny: number
}

/** Points of a sine wave of so many cycles, evenly spaced along it, `length` from end to end. */
const waveOf = (length: number, cycles: number): readonly WavePoint[] => {
  const turn = 2 * Math.PI * cycles
  const fine = samples * 10
  const steepness = (x: number): number => slope * Math.cos(turn * x)
  const arcs = new Float64Array(fine + 1)
  for (let index = 1; index <= fine; index += 1) {
    arcs[index] = (arcs[index - 1] ?? 0) + Math.hypot(1, steepness((index - 0.5) / fine)) / fine
  }
  const whole = arcs[fine] ?? 1
  const width = length / whole
  const points: WavePoint[] = []
  let index = 0
  for (let sample = 0; sample < samples; sample += 1) {
    while (index < fine && (arcs[index] ?? 0) < (whole * sample) / (samples - 1)) index += 1
    const x = index / fine
    const run = Math.hypot(1, steepness(x))
    points.push({
      x: x * width,
      y: (slope / turn) * Math.sin(turn * x) * width,
      nx: -steepness(x) / run,
      ny: 1 / run,
    })
  }
  return points
}
