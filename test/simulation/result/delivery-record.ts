import { BitSet } from './bit-set.ts'
import { DurationCounts } from './quantiles.ts'

interface Message {
  readonly number: number
  readonly author: number
  readonly publishedAtMs: number
  /** The next message of the same log. */
  after: number | undefined
  /** The number of nodes that hold this message, including stopped nodes that keep their storage. */
  holders: number
  isComplete: boolean
}

/**
 * Records from outside the nodes which nodes hold which messages. The simulation checks the promises against this
 * record.
 * Messages are numbered from 0 in the order of publication.
 */
export class DeliveryRecord {
  readonly #nodes: number
  readonly #messages: Message[] = []
  readonly #held: BitSet[]
  /** The last message of each log. */
  readonly #heads = new Map<string, number>()
  /** Messages of the backlog that some node holds and another node lacks. */
  #incomplete = 0
  #incompleteInBacklog = 0
  #backlogEnd = 0
  /** Deliveries at all nodes except the author's. */
  deliveries = 0
  /** Deliveries at a node that already had the message (against promise P1). */
  deliveredTwice = 0
  /** Deliveries after a later message of the same log (against promise P2). */
  outOfOrder = 0
  /** Times from a publication to each delivery at another node, and to its last delivery. */
  readonly toEach = new DurationCounts()
  readonly toLast = new DurationCounts()

  constructor(nodes: number) {
    this.#nodes = nodes
    this.#held = Array.from({ length: nodes }, () => new BitSet())
  }

  get published(): number {
    return this.#messages.length
  }

  /** Every message that any node holds is held by all. */
  get isComplete(): boolean {
    return this.#incomplete === 0
  }

  /** The same for the backlog: all messages that were published before `startBacklog` was called. */
  get isBacklogComplete(): boolean {
    return this.#incompleteInBacklog === 0
  }

  startBacklog(): void {
    this.#backlogEnd = this.#messages.length
    this.#incompleteInBacklog = this.#incomplete
  }

  /** Returns the number of the new message. `log` names one life of its author. */
  publish(author: number, log: string, atMs: number): number {
    const number = this.#messages.length
    const head = this.#heads.get(log)
    if (head !== undefined) this.#messageOf(head).after = number
    this.#heads.set(log, number)
    this.#messages.push({ number, author, publishedAtMs: atMs, after: undefined, holders: 0, isComplete: false })
    return number
  }

  /** Returns whether this is the first delivery at the author. That delivery completes the publication. */
  deliver(node: number, number: number, atMs: number): boolean {
    const message = this.#messageOf(number)
    const held = this.#heldBy(node)
    if (held.has(number)) {
      this.deliveredTwice += 1
      return false
    }
    if (message.after !== undefined && held.has(message.after)) this.outOfOrder += 1
    held.add(number)
    this.#holdersChanged(message, 1)
    const latencyMs = atMs - message.publishedAtMs
    const isOwn = node === message.author
    if (!isOwn) {
      this.deliveries += 1
      this.toEach.add(latencyMs)
    }
    if (message.holders === this.#nodes && !message.isComplete) {
      message.isComplete = true
      this.toLast.add(latencyMs)
    }
    return isOwn
  }

  /** A node restarts with its storage. Its stored messages are not delivered again. */
  restore(node: number, kept: Iterable<number>): void {
    for (const number of this.#heldBy(node).values()) this.#holdersChanged(this.#messageOf(number), -1)
    const held = new BitSet()
    for (const number of kept) {
      held.add(number)
      this.#holdersChanged(this.#messageOf(number), 1)
    }
    this.#held[node] = held
  }

  /** The messages that a client reads at this node. */
  read(node: number): BitSet {
    return this.#heldBy(node).snapshot()
  }

  /** The number of messages that some node holds and another node does not. */
  missing(): number[] {
    return this.#numbersWhere(({ holders }) => holders > 0 && holders < this.#nodes)
  }

  /** The number of messages that no node holds any longer: all their holders restarted without their storage. */
  unrecoverable(): number[] {
    return this.#numbersWhere(({ holders }) => holders === 0)
  }

  #holdersChanged(message: Message, by: 1 | -1): void {
    const wasIncomplete = message.holders > 0 && message.holders < this.#nodes
    message.holders += by
    const isIncomplete = message.holders > 0 && message.holders < this.#nodes
    const change = Number(isIncomplete) - Number(wasIncomplete)
    this.#incomplete += change
    if (message.number < this.#backlogEnd) this.#incompleteInBacklog += change
  }

  #numbersWhere(condition: (message: Message) => boolean): number[] {
    return this.#messages.filter((message) => condition(message)).map(({ number }) => number)
  }

  #messageOf(number: number): Message {
    const message = this.#messages[number]
    if (!message) throw new Error(`a message ${number} that nobody published`)
    return message
  }

  #heldBy(node: number): BitSet {
    const held = this.#held[node]
    if (!held) throw new RangeError(`node ${node} of ${this.#nodes}`)
    return held
  }
}
