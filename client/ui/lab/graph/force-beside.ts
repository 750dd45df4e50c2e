import type { Force, SimulationNodeDatum } from 'd3-force'

interface Place extends SimulationNodeDatum {
  readonly id: string
  x: number
  y: number
}

/** The product of nodes and links above which the force is off: it would take longer than all the other forces. */
const mostPairs = 12_000

/**
 * A force that pushes each node away from the links of other nodes: a node on a foreign line looks as if it were linked
 * to both ends of that line. `reach`: the distance to keep.
 */
export const forceBeside = <Body extends Place>(
  pairs: readonly (readonly [string, string])[],
  reach: number,
): Force<Body, undefined> => {
  let bodies: readonly Body[] = []
  let ends: readonly (readonly [Body, Body])[] = []
  const force: Force<Body, undefined> = (alpha) => {
    for (const [a, b] of ends) {
      const [dx, dy] = [b.x - a.x, b.y - a.y]
      const squared = dx * dx + dy * dy
      if (squared === 0) continue
      for (const body of bodies) {
        if (body === a || body === b) continue
        const along = ((body.x - a.x) * dx + (body.y - a.y) * dy) / squared
        if (along <= 0.05 || along >= 0.95) continue
        // Pushes the node away from the line. If the node is exactly on the line, the order of the line's ends decides
        // the side.
        const across = ((body.x - a.x) * dy - (body.y - a.y) * dx) / Math.sqrt(squared)
        const gap = Math.abs(across)
        if (gap >= reach) continue
        const push = ((reach - gap) * alpha * (across < 0 ? -1 : 1)) / Math.sqrt(squared)
        body.vx = (body.vx ?? 0) + dy * push
        body.vy = (body.vy ?? 0) - dx * push
      }
    }
  }
  force.initialize = (nodes) => {
    bodies = nodes
    const byId = new Map(nodes.map((node) => [node.id, node]))
    ends = pairs.flatMap(([from, to]) => {
      const [a, b] = [byId.get(from), byId.get(to)]
      return a && b ? [[a, b] as const] : []
    })
    if (ends.length * bodies.length > mostPairs) ends = []
  }
  return force
}
