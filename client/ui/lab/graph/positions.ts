export interface Point {
  readonly x: number
  readonly y: number
}

export type Positions = ReadonlyMap<string, Point>

/** Counts the pairs of lines that cross; two lines with a common end do not count. Compares every pair of lines. */
export const countCrossings = (positions: Positions, pairs: readonly (readonly [string, string])[]): number => {
  const at = (id: string): Point => positions.get(id) ?? { x: 0, y: 0 }
  const side = (a: string, b: string, c: string): number => {
    const [p, q, r] = [at(a), at(b), at(c)]
    return Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x))
  }
  let count = 0
  for (const [index, [a, b]] of pairs.entries()) {
    for (const [c, d] of pairs.slice(index + 1)) {
      if (a === c || a === d || b === c || b === d) continue
      if (side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b)) count += 1
    }
  }
  return count
}
