import type { NodeErrorState, NodeState } from '../api/grapevine.ts'

type Alternative = { readonly name: string; readonly href: string }

/** The state of a node in another thread, with the free name that the page offers in place of one that is not free. */
export class MirroredState {
  readonly #createAlternative: (() => Alternative) | undefined
  #alternative: Alternative | undefined
  #state: NodeState = { status: 'starting' }

  constructor(createAlternative: (() => Alternative) | undefined) {
    this.#createAlternative = createAlternative
  }

  get(): NodeState {
    return this.#state
  }

  /** Gives the state to show, if it differs from the one before. */
  become(state: NodeState): NodeState | undefined {
    const offered = state.status === 'error' ? this.#withAlternative(state) : state
    if (JSON.stringify(offered) === JSON.stringify(this.#state)) return undefined
    this.#state = offered
    return offered
  }

  #withAlternative(state: NodeErrorState): NodeErrorState {
    if (state.reason !== 'name-open-here' && state.reason !== 'name-taken') return state
    this.#alternative ??= this.#createAlternative?.()
    return this.#alternative ? { ...state, alternative: this.#alternative } : state
  }
}
