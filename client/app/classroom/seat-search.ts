import type { ClassPlan } from './class-topology.ts'

/**
 * Finds a seat of a class by trying: always the lowest seat that this tab has not found occupied. No party assigns seats;
 * the server refuses a name that another key has. Random seats would need fewer registrations when all tabs start at once,
 * but leave gaps until the class is complete; a ring with a gap, or a star without its centre, is not connected.
 */
export class SeatSearch {
  readonly plan: ClassPlan
  readonly #occupied = new Set<number>()

  constructor(plan: ClassPlan) {
    this.plan = plan
  }

  /** Undefined: every seat is occupied. */
  next(): number | undefined {
    for (let seat = 1; seat <= this.plan.size; seat += 1) if (!this.#occupied.has(seat)) return seat
    return undefined
  }

  /** Another node has this seat. */
  exclude(seat: number): void {
    this.#occupied.add(seat)
  }
}
