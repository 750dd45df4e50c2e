import type { NodeErrorState, NodeState } from './api/grapevine.ts'
import type { SignallingState } from './shared/node-ports.ts'

type Alternative = { readonly name: string; readonly href: string }

/**
 * The state of the node, by what happens to its name in this browser and on the server.
 *  1. A node that was registered once keeps its links, and is offline at worst. A node that was not can't run without its
 *     name.
 *  2. The alternative name stays the same as long as the node exists: nobody can click a link that changes.
 */
export class NodeStatus {
  readonly #name: string
  readonly #createAlternative: (() => Alternative) | undefined
  #alternative: Alternative | undefined
  #hasBeenOnline = false
  #state: NodeState = { status: 'starting' }

  constructor(name: string, createAlternative: (() => Alternative) | undefined) {
    this.#name = name
    this.#createAlternative = createAlternative
  }

  get state(): NodeState {
    return this.#state
  }

  /** Returns whether the state differs from the one before. */
  become(state: NodeState): boolean {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return false
    this.#state = state
    return true
  }

  /** The node's state for a state of the signalling, other than the final `replaced`. */
  after(signalling: Exclude<SignallingState, { status: 'replaced' }>): NodeState {
    switch (signalling.status) {
      case 'registered':
        this.#hasBeenOnline = true
        return { ...signalling, status: 'online' }
      case 'offline':
        return signalling
      case 'name-reserved':
        // The name will be free in some seconds, so the node goes on starting.
        return this.#hasBeenOnline
          ? { status: 'offline', reason: 'name-reserved' }
          : { status: 'starting', waitsFor: 'reserved-name' }
      case 'name-taken':
        if (this.#hasBeenOnline) return { status: 'offline', reason: 'name-taken' }
        return this.nameGone('name-taken')
    }
  }

  nameGone(reason: 'name-open-here' | 'name-taken'): NodeErrorState {
    this.#alternative ??= this.#createAlternative?.()
    return { status: 'error', reason, name: this.#name, ...(this.#alternative && { alternative: this.#alternative }) }
  }
}
