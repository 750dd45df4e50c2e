import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { GrapevineNode } from '../grapevine.ts'
import { needsHelp } from './needs-help.ts'

/** Whether the node that it follows has failed to connect for so long that a person should see why. */
export class HelpController implements ReactiveController {
  isNeeded = false

  readonly #host: ReactiveControllerHost
  #node: GrapevineNode | undefined
  #undo: (() => void) | undefined
  #isConnected = false

  constructor(host: ReactiveControllerHost) {
    this.#host = host
    host.addController(this)
  }

  follow(node: GrapevineNode | undefined): void {
    if (node === this.#node) return
    this.#node = node
    this.isNeeded = false
    this.#subscribe()
  }

  hostConnected(): void {
    this.#isConnected = true
    this.#subscribe()
  }

  hostDisconnected(): void {
    this.#isConnected = false
    this.#subscribe()
  }

  #subscribe(): void {
    this.#undo?.()
    this.#undo = undefined
    if (!this.#isConnected) return
    this.#undo = this.#node?.on('diagnosis', (diagnosis) => {
      const isNeeded = needsHelp(diagnosis)
      if (isNeeded === this.isNeeded) return
      this.isNeeded = isNeeded
      this.#host.requestUpdate()
    })
  }
}
