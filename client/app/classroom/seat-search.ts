import type { ClassPlan } from './class-topology.ts'

/**
 * Which seat of a class a tab tries next: always the lowest that it has not found taken. Nobody hands out numbers; the
 * network refuses a name that somebody has. Seats tried at random would need fewer tries when all come at once (a try
 * is one registration), but leave holes until the class is complete, and with a hole a ring, or above all a star without
 * its centre, falls apart.
 */
export class SeatSearch {
  readonly plan: ClassPlan
  readonly #taken = new Set<number>()

  constructor(plan: ClassPlan) {
    this.plan = plan
  }

  /** Undefined: every seat is taken. */
  next(): number | undefined {
    for (let seat = 1; seat <= this.plan.size; seat += 1) if (!this.#taken.has(seat)) return seat
    return undefined
  }

  /** Another node has this seat. */
  exclude(seat: number): void {
    this.#taken.add(seat)
  }
}
