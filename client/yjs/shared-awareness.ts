import { createDecoder, readVarString, readVarUint } from 'lib0/decoding'
import {
  type Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness'
import type { GrapevineNode, NetworkSnapshot } from '../node/api/grapevine.ts'

/** Milliseconds between two messages: 20 a second, as many as a cursor needs. */
const sendEveryMs = 50
/** Clients of which the author is remembered. A network has some hundreds of nodes, each with a client per page load. */
const maxClients = 4_096

type Changes = {
  readonly added: readonly number[]
  readonly updated: readonly number[]
  readonly removed: readonly number[]
}

/**
 * The presence of the people at a document (cursor, name, colour), as ephemeral messages.
 *  1. A client belongs to the key that first spoke for it: nobody else changes its state or removes it.
 *  2. A node that joins is told the state of all others at once. The states of a node that leaves go with it.
 */
export class SharedAwareness {
  readonly #node: GrapevineNode
  readonly #topic: string
  readonly #awareness: Awareness
  readonly #authors = new Map<number, string>()
  #present: ReadonlySet<string> = new Set()
  readonly #undos: readonly (() => void)[]
  #timer: ReturnType<typeof setTimeout> | undefined
  #hasChanged = false

  constructor(node: GrapevineNode, topic: string, awareness: Awareness) {
    this.#node = node
    this.#topic = topic
    this.#awareness = awareness
    awareness.on('update', this.#updated)
    this.#undos = [
      node.on('ephemeral', { topic }, ({ peerId, body }) => this.#receive(peerId, body)),
      node.on('network', (network) => this.#networkChanged(network)),
      () => awareness.off('update', this.#updated),
    ]
    this.#networkChanged(node.network())
    this.#send()
  }

  /** Says that this client is gone, and forgets the others. */
  destroy(): void {
    for (const undo of this.#undos) undo()
    clearTimeout(this.#timer)
    const { clientID } = this.#awareness
    removeAwarenessStates(this.#awareness, [clientID], 'destroy')
    this.#publish()
    const others = [...this.#awareness.getStates().keys()].filter((client) => client !== clientID)
    removeAwarenessStates(this.#awareness, others, this)
  }

  readonly #updated = ({ added, updated, removed }: Changes): void => {
    if ([...added, ...updated, ...removed].includes(this.#awareness.clientID)) this.#send()
  }

  /** At once, then one in `sendEveryMs`: the latest state counts. */
  #send(): void {
    this.#hasChanged = true
    if (this.#timer) return
    this.#sendChanged()
  }

  #sendChanged(): void {
    this.#timer = undefined
    if (!this.#hasChanged) return
    this.#hasChanged = false
    this.#publish()
    this.#timer = setTimeout(() => this.#sendChanged(), sendEveryMs)
  }

  #publish(): void {
    const body = encodeAwarenessUpdate(this.#awareness, [this.#awareness.clientID])
    // A node that does not run tells nobody; its next state goes out when it runs.
    this.#node.publish(body, { topic: this.#topic, ephemeral: true }).catch(() => undefined)
  }

  #receive(peerId: string, body: unknown): void {
    if (peerId === this.#node.peerId || !(body instanceof Uint8Array)) return
    const clients = readClients(body)
    if (!clients?.every((client) => this.#belongs(client, peerId))) return
    applyAwarenessUpdate(this.#awareness, body, this)
  }

  #belongs(client: number, peerId: string): boolean {
    if (client === this.#awareness.clientID) return false
    const author = this.#authors.get(client)
    if (author !== undefined) return author === peerId
    if (this.#authors.size >= maxClients) this.#forgetOldest()
    this.#authors.set(client, peerId)
    return true
  }

  #forgetOldest(): void {
    const [oldest] = this.#authors.keys()
    if (oldest !== undefined) this.#remove([oldest])
  }

  #networkChanged({ nodes }: NetworkSnapshot): void {
    const before = this.#present
    const isHere = new Set(
      nodes.flatMap(({ peerId, presence }) => (presence === 'here' || presence === 'quiet' ? [peerId] : [])),
    )
    this.#present = isHere
    // A higher clock: who has removed this client takes it again.
    if ([...isHere].some((peerId) => !before.has(peerId))) {
      this.#awareness.setLocalState(this.#awareness.getLocalState())
    }
    const left = new Set([...before].filter((peerId) => !isHere.has(peerId)))
    if (left.size > 0)
      this.#remove([...this.#authors].flatMap(([client, peerId]) => (left.has(peerId) ? [client] : [])))
  }

  #remove(clients: number[]): void {
    for (const client of clients) this.#authors.delete(client)
    removeAwarenessStates(this.#awareness, clients, this)
  }
}

/** The clients that an update speaks for; undefined if it is malformed. */
const readClients = (update: Uint8Array): readonly number[] | undefined => {
  try {
    const decoder = createDecoder(update)
    const clients: number[] = []
    for (let left = readVarUint(decoder); left > 0; left -= 1) {
      clients.push(readVarUint(decoder))
      readVarUint(decoder)
      JSON.parse(readVarString(decoder))
    }
    return clients
  } catch {
    return undefined
  }
}
