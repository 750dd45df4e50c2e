import type { NodeError, NodeState } from './api/grapevine.ts'
import type { SignallingState } from './shared/node-ports.ts'

type Alternative = { readonly name: string; readonly href: string }

/**
 * What the node says of itself, by what it hears of its name and of the server.
 *  1. A node that has once been registered keeps its links, and is offline at worst; one that has not can't begin without
 *     its name.
 *  2. The alternative is one and the same for as long as the node lives: a link that changes can't be clicked.
 */
export class NodeStatus {
  readonly #name: string
  readonly #createAlternative: () => Alternative
  #alternative: Alternative | undefined
  #hasBeenOnline = false
  #state: NodeState = { status: 'starting' }

  constructor(name: string, createAlternative: () => Alternative) {
    this.#name = name
    this.#createAlternative = createAlternative
  }

  get state(): NodeState {
    return this.#state
  }

  /** Whether it is another state than before. */
  become(state: NodeState): boolean {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return false
    this.#state = state
    return true
  }

  /** The state that follows from what the server says; `replaced` is the end. */
  after(signalling: Exclude<SignallingState, { status: 'replaced' }>): NodeState {
    switch (signalling.status) {
      case 'registered':
        this.#hasBeenOnline = true
        return { ...signalling, status: 'online' }
      case 'offline':
        return signalling
      case 'name-reserved':
        // Nobody has it, and it will be free in a moment: the node goes on starting.
        return this.#hasBeenOnline
          ? { status: 'offline', reason: 'name-reserved' }
          : { status: 'starting', waitsFor: 'reserved-name' }
      case 'name-taken':
        if (this.#hasBeenOnline) return { status: 'offline', reason: 'name-taken' }
        return this.nameGone('name-taken')
    }
  }

  nameGone(reason: 'name-open-here' | 'name-taken'): NodeError {
    this.#alternative ??= this.#createAlternative()
    return { status: 'error', reason, name: this.#name, alternative: this.#alternative }
  }
}

/** What `publish()` rejects with, for the console of an application. */
export const notRunningError = (state: NodeError): Error => new Error(wordsOf(state))

const wordsOf = (state: NodeError): string => {
  switch (state.reason) {
    case 'name-open-here':
      return `the node does not run: another tab of this browser is ${state.name}`
    case 'name-taken':
      return `the node does not run: somebody else is ${state.name}`
    case 'replaced':
      return `the node does not run: ${state.name} was started elsewhere with the same key`
    case 'webrtc-unavailable':
      return 'the node does not run: this browser has no WebRTC'
    case 'stopped':
      return 'the node has stopped'
    case 'fault':
      return `the node does not run: ${state.message}`
  }
}
