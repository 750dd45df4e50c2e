import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { GrapevineNode } from '../../node/api/grapevine.ts'

type Undo = () => void

/** Listens to a node while there is one, the host is in the document, and the host is visible. */
export class NodeSubscription implements ReactiveController {
  readonly #subscribe: (node: GrapevineNode) => readonly Undo[]
  #node: GrapevineNode | undefined
  #isShown = false
  #isConnected = false
  #undos: readonly Undo[] = []

  /** `subscribe` adds listeners and returns the functions that remove them. */
  constructor(host: ReactiveControllerHost, subscribe: (node: GrapevineNode) => readonly Undo[]) {
    this.#subscribe = subscribe
    host.addController(this)
  }

  get node(): GrapevineNode | undefined {
    return this.#node
  }

  get isShown(): boolean {
    return this.#isShown
  }

  follow(node: GrapevineNode | undefined, isShown = true): void {
    if (node === this.#node && isShown === this.#isShown) return
    this.#end()
    this.#node = node
    this.#isShown = isShown
    this.#begin()
  }

  hostConnected(): void {
    this.#isConnected = true
    this.#begin()
  }

  hostDisconnected(): void {
    this.#isConnected = false
    this.#end()
  }

  #begin(): void {
    if (this.#undos.length > 0 || !this.#node || !this.#isConnected || !this.#isShown) return
    this.#undos = this.#subscribe(this.#node)
  }

  #end(): void {
    for (const undo of this.#undos) undo()
    this.#undos = []
  }
}
