import type { RemoteNode } from '../cluster/cluster.ts'

interface PendingClaim {
  waiting: number
  told?: RemoteNode
}

/** Names that Redis is asked for, and what other processes tell of them before it answers. Bounded by who asks. */
export class PendingClaims {
  readonly #byName = new Map<string, PendingClaim>()

  begin(net: string, name: string): void {
    const key = keyOf(net, name)
    const claim = this.#byName.get(key) ?? { waiting: 0 }
    claim.waiting += 1
    this.#byName.set(key, claim)
  }

  hear(node: RemoteNode): void {
    const claim = this.#byName.get(keyOf(node.net, node.name))
    if (claim) claim.told = node
  }

  /** Gives the last that was told of the name. */
  end(net: string, name: string): RemoteNode | undefined {
    const key = keyOf(net, name)
    const claim = this.#byName.get(key)
    if (!claim) return undefined
    claim.waiting -= 1
    if (claim.waiting === 0) this.#byName.delete(key)
    return claim.told
  }
}

const keyOf = (net: string, name: string): string => `${net}/${name}`
