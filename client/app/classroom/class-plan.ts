import { type NodeName, parseNodeName } from '../../gossip/wire/node-name.ts'
import { type ClassPlan, type Shape, shapes, upstreamSeats } from './class-topology.ts'

export const classLimits = {
  /** A link needs two nodes. */
  minSize: 2,
  /** The size of a class, within the neighbours that the centre of a star accepts (`gossipLimits.maxLinks`). */
  maxSize: 60,
  /** The last node of a full mesh dials all others, and an address names at most 8 upstreams. */
  maxMeshSize: 9,
  /** Number of random networks. It has few digits, since people read addresses to each other. */
  maxSeed: 999,
} as const

export const maxSizeOf = (shape: Shape): number => (shape === 'mesh' ? classLimits.maxMeshSize : classLimits.maxSize)

/** One place in a plan, as an address gives it. */
export interface ClassSeat {
  readonly plan: ClassPlan
  /** From 1 to the plan's size. */
  readonly seat: number
}

/** Parses `ring-12`, or `random-12-7` with a seed (`random-12` has seed 1). Undefined for any other text. */
export const parseClassPlan = (value: string): ClassPlan | undefined => {
  const [shapeText, size, seed, ...rest] = value.split('-')
  const shape = shapes.find((known) => known === shapeText)
  if (!shape || rest.length > 0) return undefined
  const nodes = parseCount(size, classLimits.minSize, maxSizeOf(shape))
  if (nodes === undefined) return undefined
  if (shape !== 'random') return seed === undefined ? { shape, size: nodes } : undefined
  const variant = seed === undefined ? 1 : parseCount(seed, 1, classLimits.maxSeed)
  return variant === undefined ? undefined : { shape, size: nodes, seed: variant }
}

/** The inverse of `parseClassPlan`. */
export const classPlanText = (plan: ClassPlan): string =>
  plan.shape === 'random' ? `${plan.shape}-${plan.size}-${plan.seed}` : `${plan.shape}-${plan.size}`

/** `ring-12-7`: different classes in one network have different names. */
export const seatName = (plan: ClassPlan, seat: number): NodeName => {
  const name = parseNodeName(`${classPlanText(plan)}-${seat}`)
  if (!name) throw new Error(`not a node name: ${classPlanText(plan)}-${seat}`)
  return name
}

/** The names that a seat has as upstreams. */
export const seatUpstreams = (plan: ClassPlan, seat: number): readonly NodeName[] =>
  upstreamSeats(plan, seat).map((upstream) => seatName(plan, upstream))

/** The seat of an address that has a seat's name and exactly its upstreams. */
export const findSeat = (name: string, upstreams: readonly string[]): ClassSeat | undefined => {
  const end = name.lastIndexOf('-')
  const plan = parseClassPlan(name.slice(0, Math.max(0, end)))
  const seat = plan && parseCount(name.slice(end + 1), 1, plan.size)
  if (!plan || seat === undefined || seatName(plan, seat) !== name) return undefined
  const expected = seatUpstreams(plan, seat)
  const isSame = expected.length === upstreams.length && expected.every((upstream) => upstreams.includes(upstream))
  return isSame ? { plan, seat } : undefined
}

/** Accepts the canonical spelling only: no sign, no leading zero. */
const parseCount = (text: string | undefined, min: number, max: number): number | undefined => {
  if (text === undefined || !/^[1-9]\d{0,3}$/.test(text)) return undefined
  const count = Number(text)
  return count >= min && count <= max ? count : undefined
}
