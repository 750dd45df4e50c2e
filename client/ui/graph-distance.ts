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

/** Hops from `start` to every node; undefined where there is no way. */
const hopsFrom = (start: number, neighbours: readonly (readonly number[])[]): readonly (number | undefined)[] => {
  const hops: (number | undefined)[] = Array.from({ length: neighbours.length })
  hops[start] = 0
  const queue = [start]
  for (const node of queue) {
    for (const next of neighbours[node] ?? []) {
      if (hops[next] !== undefined) continue
      hops[next] = (hops[node] ?? 0) + 1
      queue.push(next)
    }
  }
  return hops
}

/** Hops between all nodes, row by row. Parts that are not linked are set a little apart. */
const distances = (shape: Shape): Float64Array => {
  const { size } = shape
  const neighbours = neighboursOf(shape)
  const rows = Array.from({ length: size }, (_, index) => hopsFrom(index, neighbours))
  const longest = rows.reduce((max, row) => row.reduce<number>((most, hops) => Math.max(most, hops ?? 0), max), 0)
  const apart = Math.sqrt(longest) + 1.5
  return Float64Array.from(rows.flatMap((row) => row.map((hops) => hops ?? apart)))
}

/** Rounds of the power iteration: enough that pictures of a hundred nodes come out as they do after a thousand. */
const rounds = 120

/**
 * Classical multidimensional scaling: places nodes so that distances on paper are like hops, the longer axis first.
 * It unfolds rings, lines and grids, which forces from a random start leave tangled. `start` decides among equal
 * ways. Unit: one hop.
 */
export const scaleDistances = (
  shape: Shape,
  start: (index: number) => number,
): readonly (readonly [number, number])[] => {
  const { size } = shape
  const centred = centre(
    distances(shape).map((distance) => distance ** 2),
    size,
  )
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

/** Double centring: the matrix of inner products that has these squared distances. */
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
  for (let round = 0; round < rounds; round += 1) {
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
