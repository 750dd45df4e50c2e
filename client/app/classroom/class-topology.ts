export const shapes = ['line', 'ring', 'star', 'grid', 'mesh', 'random'] as const
export type Shape = (typeof shapes)[number]

/** The network that a class of tabs makes: `size` seats, linked in that shape. */
export type ClassPlan =
  | { readonly shape: Exclude<Shape, 'random'>; readonly size: number }
  /** Another `seed` is another network of the same kind. */
  | { readonly shape: 'random'; readonly size: number; readonly seed: number }

/** Links that a seat of a random network makes. With one link the first tab that closes would split the network. */
const randomUpstreams = 2

/**
 * The seats that a seat dials; seats count from 1. A seat dials earlier ones only, so the occupied seats are connected
 * before the class is complete, if they are occupied from 1 on.
 */
export const upstreamSeats = (plan: ClassPlan, seat: number): readonly number[] => {
  const { shape, size } = plan
  if (seat <= 1) return []
  switch (shape) {
    case 'line':
      return [seat - 1]
    case 'ring':
      // A ring of two nodes has one link.
      return seat === size && size > 2 ? [seat - 1, 1] : [seat - 1]
    case 'star':
      return [1]
    case 'grid':
      return gridUpstreams(size, seat)
    case 'mesh':
      return Array.from({ length: seat - 1 }, (_, index) => index + 1)
    case 'random':
      return pickEarlier(plan.seed, seat)
  }
}

/** Nearly a square, filled row by row; the last row may be shorter. A seat dials its left and its upper neighbour. */
const gridUpstreams = (size: number, seat: number): readonly number[] => {
  const columns = Math.ceil(Math.sqrt(size))
  const left = (seat - 1) % columns > 0 ? [seat - 1] : []
  const above = seat > columns ? [seat - columns] : []
  return [...left, ...above]
}

/** Deterministic, so that every tab that knows the plan computes the same network. */
const pickEarlier = (seed: number, seat: number): readonly number[] => {
  const earlier = Array.from({ length: seat - 1 }, (_, index) => index + 1)
  const picked: number[] = []
  while (picked.length < randomUpstreams && earlier.length > 0) {
    const [one] = earlier.splice(mix(seed, seat, picked.length) % earlier.length, 1)
    if (one !== undefined) picked.push(one)
  }
  return picked.sort((a, b) => a - b)
}

/** 32 well-mixed bits of three small numbers: the finalizer of MurmurHash3, once for each. */
const mix = (...parts: readonly number[]): number =>
  parts.reduce((hash, part) => {
    const a = Math.imul(hash ^ (part + 0x9e3779b9), 0x85ebca6b)
    const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
    return (b ^ (b >>> 16)) >>> 0
  }, 0)
