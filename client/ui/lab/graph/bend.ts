import type { Point, Positions } from './positions.ts'

/** Above this ratio of length to width a layout is a thin thread, and most of its box stays empty. */
const threadAspect = 3.5
/** A layout of fewer nodes stays straight: these fit in one row. */
const fewNodes = 6
/** The steepest slope of the wave. At 2.2 the wave is about half as wide as it is long. */
const slope = 2.2
/** Sample points of the wave: far more than a picture has nodes. */
const samples = 600

export const aspectOf = (points: readonly Point[]): number => {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
  const [width, height] = [Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)]
  return Math.max(width, height) / Math.max(1, Math.min(width, height))
}

/**
 * Bends a long thin layout along a wave, so that it fills its box: above all a line of ten nodes. Lengths along the
 * thread stay the same. Any other layout is returned unchanged. `unit`: the length of a link.
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
  /** The unit vector perpendicular to the wave. */
  readonly nx: number
  readonly ny: number
}

/** Points of a sine wave with this number of cycles, evenly spaced along the curve; `length` is the curve's length. */
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
