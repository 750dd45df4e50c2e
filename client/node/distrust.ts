import type { NodeName } from '../gossip/wire/node-name.ts'

/** Names that are kept. A person who has read of so many needs no more; anybody may make them up. */
const maxNames = 16

/** Who says that it knows another key under this node's name. */
export class Distrust {
  readonly #names = new Set<NodeName>()

  get names(): readonly NodeName[] {
    return [...this.#names]
  }

  /** False: nothing is new. */
  hear(name: NodeName): boolean {
    if (this.#names.has(name) || this.#names.size >= maxNames) return false
    this.#names.add(name)
    return true
  }

  /** It has linked to this node all the same: its person trusts the key. False: nothing is new. */
  linked(name: NodeName): boolean {
    return this.#names.delete(name)
  }
}
