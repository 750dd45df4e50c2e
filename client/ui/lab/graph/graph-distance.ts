/** Nodes by index, links as pairs of indices. */
export interface Shape {
  readonly size: number
  readonly links: readonly (readonly [number, number])[]
}

const neighboursOf = ({ size, links }: Shape): readonly (readonly number[])[] => {
  const neighbours = Array.from({ length: size }, (): number[] => [])
  for (const [a, b] of links) {
    neighbours[a]?.push(b)
    neighbours[b]?.push(a)
  }
  return neighbours
}

/** Writes the hops from `start` to every node into `row`, and returns the greatest; a node without a path keeps -1. */
const measureFrom = (start: number, neighbours: readonly (readonly number[])[], row: Float64Array): number => {
  row.fill(-1)
  row[start] = 0
  const queue = [start]
  let most = 0
  for (const node of queue) {
    most = row[node] ?? 0
    for (const next of neighbours[node] ?? []) {
      if (row[next] !== -1) continue
      row[next] = most + 1
      queue.push(next)
    }
  }
  return most
}

/** The squared hops between all nodes, row by row. Parts without a link between them are placed a little apart. */
const squaredDistances = (shape: Shape): Float64Array => {
  const { size } = shape
  const neighbours = neighboursOf(shape)
  const hops = new Float64Array(size * size)
  let longest = 0
  for (let index = 0; index < size; index += 1) {
    longest = Math.max(longest, measureFrom(index, neighbours, hops.subarray(index * size, (index + 1) * size)))
  }
  const apart = Math.sqrt(longest) + 1.5
  return hops.map((hop) => (hop < 0 ? apart : hop) ** 2)
}

/** Rounds after which the power iteration is close enough; the cost of a round grows with the square of `size`. */
const roundsFor = (size: number): number => (size <= 100 ? 120 : 40)

/**
 * Classical multidimensional scaling: places nodes so that their distances resemble their hops; the longer axis comes
 * first. It unfolds rings, lines and grids, which forces from a random start leave tangled. `start` chooses between
 * equally good results. Unit: one hop.
 */
export const scaleDistances = (
  shape: Shape,
  start: (index: number) => number,
): readonly (readonly [number, number])[] => {
  const { size } = shape
  const centred = centre(squaredDistances(shape), size)
  const first = dominantAxis(centred, size, start)
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      centred[row * size + column] =
        (centred[row * size + column] ?? 0) - first.value * (first.vector[row] ?? 0) * (first.vector[column] ?? 0)
    }
  }
  const second = dominantAxis(centred, size, (index) => start(index + size))
  const along = ({ value, vector }: Axis, index: number): number => Math.sqrt(Math.max(0, value)) * (vector[index] ?? 0)
  return Array.from({ length: size }, (_, index) => [along(first, index), along(second, index)] as const)
}

/** Double centring: turns squared distances into the matrix of inner products. */
const centre = (squares: Float64Array, size: number): Float64Array => {
  const means = Array.from({ length: size }, (_, row) => {
    let sum = 0
    for (let column = 0; column < size; column += 1) sum += squares[row * size + column] ?? 0
    return sum / size
  })
  const mean = means.reduce((sum, value) => sum + value, 0) / size
  return squares.map((square, index) => {
    const [row, column] = [Math.floor(index / size), index % size]
    return -(square - (means[row] ?? 0) - (means[column] ?? 0) + mean) / 2
  })
}

interface Axis {
  readonly value: number
  readonly vector: Float64Array
}

const dominantAxis = (matrix: Float64Array, size: number, start: (index: number) => number): Axis => {
  let vector: Float64Array = Float64Array.from({ length: size }, (_, index) => start(index) - 0.5)
  let value = 0
  for (let round = roundsFor(size); round > 0; round -= 1) {
    const next = new Float64Array(size)
    for (let row = 0; row < size; row += 1) {
      let sum = 0
      for (let column = 0; column < size; column += 1) sum += (matrix[row * size + column] ?? 0) * (vector[column] ?? 0)
      next[row] = sum
    }
    const length = Math.hypot(...next)
    if (length < 1e-9) return { value: 0, vector }
    value = length
    vector = next.map((part) => part / length)
  }
  return { value, vector }
}
