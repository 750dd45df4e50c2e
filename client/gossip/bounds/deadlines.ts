/** One thing that has to be done at some time. */
export class Deadline {
  /** When it is due, in the core's `now`; Infinity: not at all. */
  at = Infinity
  /** The time by which it stands in the heap: `at` or earlier. */
  listedAt = Infinity
  /** Its place in the heap; -1: it is not in the heap. */
  place = -1
  readonly run: (now: number) => void
  readonly #heap: Deadlines

  constructor(heap: Deadlines, run: (now: number) => void) {
    this.#heap = heap
    this.run = run
  }

  /** Makes it due at this time. */
  set(at: number): void {
    this.at = at
    if (at < this.listedAt) this.#heap.list(this)
  }

  /** Makes it due at this time, unless it is due earlier. */
  setBy(at: number): void {
    if (at < this.at) this.set(at)
  }
}

/**
 * All deadlines of a core, so that time costs nothing while nothing is due.
 *  1. A binary heap by `listedAt`, in which each deadline has its place. A deadline that moves earlier moves in the heap.
 *  2. A deadline that moves later, as those of a busy link do with every frame, stays in the heap where it is, and moves
 *     when it comes to the top.
 */
export class Deadlines {
  readonly #heap: Deadline[] = []

  create(run: (now: number) => void): Deadline {
    return new Deadline(this, run)
  }

  /** When the first one is due; Infinity: none. */
  next(): number {
    for (let top = this.#heap[0]; top; top = this.#heap[0]) {
      if (top.at <= top.listedAt) return top.at
      this.#remove(top)
      if (top.at < Infinity) this.list(top)
    }
    return Infinity
  }

  /** Runs the first one if it is due. False: none is. */
  runFirst(now: number): boolean {
    if (this.next() > now) return false
    const [top] = this.#heap
    if (!top) return false
    this.#remove(top)
    top.at = Infinity
    top.run(now)
    return true
  }

  /** Called by the deadline: it moves to an earlier time. */
  list(deadline: Deadline): void {
    deadline.listedAt = deadline.at
    if (deadline.place < 0) {
      deadline.place = this.#heap.length
      this.#heap.push(deadline)
    }
    this.#rise(deadline)
  }

  #remove(deadline: Deadline): void {
    const { place } = deadline
    deadline.place = -1
    deadline.listedAt = Infinity
    const last = this.#heap.pop()
    if (!last || last === deadline) return
    this.#heap[place] = last
    last.place = place
    this.#rise(last)
    this.#sink(last)
  }

  /** Moves it up to where its parent is due no later. */
  #rise(deadline: Deadline): void {
    let { place } = deadline
    while (place > 0) {
      const parent = this.#heap[(place - 1) >> 1]
      if (!parent || parent.listedAt <= deadline.listedAt) break
      this.#heap[place] = parent
      ;[parent.place, place] = [place, parent.place]
    }
    this.#heap[place] = deadline
    deadline.place = place
  }

  /** Moves it down to where no child is due earlier. */
  #sink(deadline: Deadline): void {
    let { place } = deadline
    for (;;) {
      const [left, right] = [this.#heap[2 * place + 1], this.#heap[2 * place + 2]]
      const child = right && left && right.listedAt < left.listedAt ? right : left
      if (!child || child.listedAt >= deadline.listedAt) break
      this.#heap[place] = child
      ;[child.place, place] = [place, child.place]
    }
    this.#heap[place] = deadline
    deadline.place = place
  }
}
