/**
 * Children of each heap node. With four, the children share one cache line, and the heap is half as deep as with two.
 */
const arity = 4

/**
 * Items ordered by time. Items of the same time leave in the order of insertion. This is a heap with its keys in
 * typed arrays, because with ten thousand nodes a million events wait at once.
 */
export class EventQueue<Item> {
  #times = new Float64Array(1024)
  #orders = new Float64Array(1024)
  readonly #items: (Item | undefined)[] = []
  #size = 0
  #pushes = 0

  get size(): number {
    return this.#size
  }

  /** The time of the next item; Infinity if the queue is empty. */
  nextAt(): number {
    return this.#size > 0 ? (this.#times[0] as number) : Infinity
  }

  push(at: number, item: Item): void {
    if (this.#size === this.#times.length) this.#grow()
    this.#pushes += 1
    let place = this.#size
    this.#size += 1
    // A new item leaves after all other items of its time, so a parent moves down only if its time is later.
    while (place > 0) {
      const parent = Math.floor((place - 1) / arity)
      if ((this.#times[parent] as number) <= at) break
      this.#move(parent, place)
      place = parent
    }
    this.#put(place, at, this.#pushes, item)
  }

  /** Removes the next item and returns it, or undefined if the queue is empty. */
  pop(): Item | undefined {
    if (this.#size === 0) return undefined
    const first = this.#items[0]
    this.#size -= 1
    const last = this.#size
    const at = this.#times[last] as number
    const order = this.#orders[last] as number
    const item = this.#items[last]
    this.#items[last] = undefined
    if (last > 0) this.#sink(at, order, item)
    return first
  }

  /** Inserts an item at the top and moves it down to its place. */
  #sink(at: number, order: number, item: Item | undefined): void {
    let place = 0
    for (;;) {
      const firstChild = place * arity + 1
      if (firstChild >= this.#size) break
      let least = firstChild
      const end = Math.min(firstChild + arity, this.#size)
      for (let child = firstChild + 1; child < end; child += 1) {
        if (this.#isBefore(child, this.#times[least] as number, this.#orders[least] as number)) least = child
      }
      if (!this.#isBefore(least, at, order)) break
      this.#move(least, place)
      place = least
    }
    this.#put(place, at, order, item)
  }

  #isBefore(place: number, at: number, order: number): boolean {
    const time = this.#times[place] as number
    return time < at || (time === at && (this.#orders[place] as number) < order)
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from] as number, this.#orders[from] as number, this.#items[from])
  }

  #put(place: number, at: number, order: number, item: Item | undefined): void {
    this.#times[place] = at
    this.#orders[place] = order
    this.#items[place] = item
  }

  #grow(): void {
    const times = new Float64Array(2 * this.#times.length)
    times.set(this.#times)
    this.#times = times
    const orders = new Float64Array(2 * this.#orders.length)
    orders.set(this.#orders)
    this.#orders = orders
  }
}
