import { type ClassSeat, classLimits } from '../../app/classroom/class-plan.ts'
import type { ClassPlan, Shape } from '../../app/classroom/class-topology.ts'

export const shapeWords: Readonly<Record<Shape, string>> = {
  line: 'line',
  ring: 'ring',
  star: 'star',
  grid: 'grid',
  mesh: 'full mesh',
  random: 'random network',
}

export const shapeLines: Readonly<Record<Shape, string>> = {
  line: 'Each node links to the one before it. Paths are long, and every closed tab cuts the line in two.',
  ring: 'A line whose ends are linked. If one tab closes, messages still reach all the others.',
  star: 'All nodes link to node 1. Any two of them are two hops apart, until node 1 closes.',
  grid: 'Rows and columns. Each node links to the ones beside, above and below it, so there are many paths.',
  mesh: `Every node links to every other: one hop, and the most links. Up to ${classLimits.maxMeshSize} nodes.`,
  random: 'Each node links to two earlier ones, chosen at random but the same for everyone. Short paths, few links.',
}

/** `this ring of 12`. */
export const planWords = ({ shape, size }: ClassPlan): string => `this ${shapeWords[shape]} of ${size}`

export const seatWords = ({ plan, seat }: ClassSeat): string => {
  const role = plan.shape === 'star' && seat === 1 ? ', the centre,' : ''
  return `You are node ${seat}${role} of ${planWords(plan)}.`
}
