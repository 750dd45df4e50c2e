import type { LinkFault } from '../api/link-fault.ts'
import type { Timers } from '../shared/timers.ts'
import { createRandom, type Random } from './random.ts'

export interface FaultLaneOptions {
  readonly timers: Timers
  deliver(frame: Uint8Array<ArrayBuffer>): void
  /** A fault has swallowed a frame. */
  lost(): void
  /** Frames have left the queue of `waitingBytes`. */
  moved(): void
}

interface Pending {
  readonly frame: Uint8Array<ArrayBuffer>
  readonly at: number
}

interface ActiveFault {
  readonly fault: LinkFault
  readonly random: Random
}

/** Bytes of one direction of one link that are on their way or held back; beyond, frames are lost. */
const laneBytes = 16 * 1_048_576

/** One direction of a link under faults. Without faults and with nothing on its way, a frame goes through at once. */
export class FaultLane {
  readonly #options: FaultLaneOptions
  #active: readonly ActiveFault[] = []
  /** By the time of their delivery; of equal times in the order of their coming. */
  readonly #pending: Pending[] = []
  #pendingBytes = 0
  #stop: (() => void) | undefined
  /** When the line of a `bandwidth` is free again. */
  #freeAt = -Infinity
  /** The latest delivery of a frame that keeps its order. */
  #lastAt = -Infinity
  /** Frames that wait for the line, with the times at which it has taken them. */
  readonly #waiting: { readonly bytes: number; readonly until: number }[] = []
  #waitingBytes = 0

  constructor(options: FaultLaneOptions) {
    this.#options = options
  }

  get isClear(): boolean {
    return this.#active.length === 0 && this.#pending.length === 0
  }

  /** Bytes that a `bandwidth` still holds back. */
  get waitingBytes(): number {
    if (this.#waiting.length === 0) return 0
    const now = this.#options.timers.now()
    for (let [first] = this.#waiting; first && first.until <= now; [first] = this.#waiting) {
      this.#waiting.shift()
      this.#waitingBytes -= first.bytes
    }
    return this.#waitingBytes
  }

  /** What is on its way keeps its time. A fault that stays goes on with its random numbers. */
  set(faults: readonly LinkFault[]): void {
    const former = new Map(this.#active.map((active) => [JSON.stringify(active.fault), active]))
    this.#active = faults.map(
      (fault) => former.get(JSON.stringify(fault)) ?? { fault, random: createRandom(fault.seed ?? 1, fault.kind) },
    )
  }

  push(frame: Uint8Array<ArrayBuffer>): void {
    if (this.isClear) return this.#options.deliver(frame)
    const copies = this.#active.reduce((count, active) => count * copiesOf(active), 1)
    if (copies === 0 || this.#pendingBytes + copies * frame.length > laneBytes) return this.#options.lost()
    const at = this.#arrivalOf(frame)
    for (let copy = 0; copy < copies; copy += 1) this.#add({ frame, at })
    this.#run()
  }

  /** Delivers at once all that is on its way. */
  flush(): void {
    const frames = this.#pending.map(({ frame }) => frame)
    this.clear()
    for (const frame of frames) this.#options.deliver(frame)
  }

  /** Nothing that is on its way is delivered. */
  clear(): void {
    this.#stop?.()
    this.#stop = undefined
    this.#pending.length = 0
    this.#pendingBytes = 0
  }

  #arrivalOf({ length }: Uint8Array): number {
    const now = this.#options.timers.now()
    let at = now
    let isOvertaken = false
    for (const { fault, random } of this.#active) {
      if (fault.kind === 'delay') at += fault.ms * spreadOf(fault.spread, random)
      if (fault.kind === 'reorder' && random() < fault.share) {
        at += fault.ms * random()
        isOvertaken = true
      }
      if (fault.kind === 'bandwidth') {
        this.#freeAt = Math.max(this.#freeAt, now) + (length / fault.bytesPerSecond) * 1_000
        at += this.#freeAt - now
        this.#waiting.push({ bytes: length, until: this.#freeAt })
        this.#waitingBytes += length
      }
    }
    if (!isOvertaken) this.#lastAt = at = Math.max(at, this.#lastAt)
    return at
  }

  #add(pending: Pending): void {
    let index = this.#pending.length
    while (index > 0 && (this.#pending[index - 1]?.at ?? 0) > pending.at) index -= 1
    this.#pending.splice(index, 0, pending)
    this.#pendingBytes += pending.frame.length
  }

  /** Delivers what is due, and sets the timer for the rest. */
  #run(): void {
    this.#stop?.()
    this.#stop = undefined
    const { timers } = this.#options
    let hasMoved = false
    for (let [first] = this.#pending; first && first.at <= timers.now(); [first] = this.#pending) {
      this.#pending.shift()
      this.#pendingBytes -= first.frame.length
      hasMoved = true
      this.#options.deliver(first.frame)
    }
    const [next] = this.#pending
    // A delivery may have pushed, and so have set the timer.
    if (next && !this.#stop) this.#stop = timers.after(next.at - timers.now(), () => this.#run())
    if (hasMoved) this.#options.moved()
  }
}

/** How often a frame arrives, as far as one fault decides it. */
const copiesOf = ({ fault, random }: ActiveFault): number => {
  switch (fault.kind) {
    case 'cut':
      return 0
    case 'loss':
      return random() < fault.share ? 0 : 1
    case 'duplicate':
      return random() < fault.share ? 2 : 1
    default:
      return 1
  }
}

/** A factor with the mean 1. */
const spreadOf = (spread: 'uniform' | 'exponential' | undefined, random: Random): number => {
  if (spread === 'uniform') return 2 * random()
  return spread === 'exponential' ? -Math.log(1 - random()) : 1
}
