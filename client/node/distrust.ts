import type { NodeName } from '../gossip/wire/node-name.ts'

/** Names kept. More would help no person, and anybody can invent names. */
const maxNames = 16

/** The nodes that report that they know another key under this node's name. */
export class Distrust {
  readonly #names = new Set<NodeName>()

  get names(): readonly NodeName[] {
    return [...this.#names]
  }

  /** Returns whether the list has changed. */
  add(name: NodeName): boolean {
    if (this.#names.has(name) || this.#names.size >= maxNames) return false
    this.#names.add(name)
    return true
  }

  /** The node has linked to this one, so its person trusts the key now. Returns whether the list has changed. */
  linked(name: NodeName): boolean {
    return this.#names.delete(name)
  }
}
