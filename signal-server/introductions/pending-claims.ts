import type { RemoteNode } from '../cluster/cluster.ts'

interface PendingClaim {
  claims: number
  latest?: RemoteNode
}

/**
 * Names that this process claims in Redis, each with the latest node that another process announced under that name before
 * Redis answered. Its size is bounded by the open requests.
 */
export class PendingClaims {
  readonly #byName = new Map<string, PendingClaim>()

  begin(net: string, name: string): void {
    const key = keyOf(net, name)
    const pending = this.#byName.get(key) ?? { claims: 0 }
    pending.claims += 1
    this.#byName.set(key, pending)
  }

  /** Another process announced the node. */
  note(node: RemoteNode): void {
    const pending = this.#byName.get(keyOf(node.net, node.name))
    if (pending) pending.latest = node
  }

  /** Gives the latest node that was announced under the name. */
  end(net: string, name: string): RemoteNode | undefined {
    const key = keyOf(net, name)
    const pending = this.#byName.get(key)
    if (!pending) return undefined
    pending.claims -= 1
    if (pending.claims === 0) this.#byName.delete(key)
    return pending.latest
  }
}

const keyOf = (net: string, name: string): string => `${net}/${name}`
