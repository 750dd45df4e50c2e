import type { ReactiveControllerHost } from 'lit'
import type { GrapevineNode } from '../../node/api/grapevine.ts'
import { needsHelp } from './needs-help.ts'
import { NodeSubscription } from '../node/node-subscription.ts'

/** Reports whether its node has failed to connect for so long that a person should see why. */
export class HelpController {
  isNeeded = false
  readonly #subscription: NodeSubscription

  constructor(host: ReactiveControllerHost) {
    this.#subscription = new NodeSubscription(host, (node) => [
      node.on('diagnosis', (diagnosis) => {
        const isNeeded = needsHelp(diagnosis)
        if (isNeeded === this.isNeeded) return
        this.isNeeded = isNeeded
        host.requestUpdate()
      }),
    ])
  }

  follow(node: GrapevineNode | undefined): void {
    if (node !== this.#subscription.node) this.isNeeded = false
    this.#subscription.follow(node)
  }
}
