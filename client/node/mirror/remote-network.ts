import type { LinkId, LinkIdentity } from '../../gossip/wire/link.ts'
import type { CloseReason, NetworkPort } from '../shared/node-ports.ts'
import type { PageMessage } from './messages.ts'

/** The network of a node whose connections are in the page, which has started the network already. */
export class RemoteNetwork implements NetworkPort {
  readonly #send: (message: PageMessage) => void
  readonly #started: () => void

  /** `started`: the node wants the events of its network from now on. */
  constructor(send: (message: PageMessage) => void, started: () => void) {
    this.#send = send
    this.#started = started
  }

  start(): void {
    this.#started()
  }

  stop(): void {
    this.#send({ type: 'network-stop' })
  }

  closed({ id }: LinkIdentity, reason: CloseReason): void {
    this.#send({ type: 'closed', link: id, reason })
  }

  setQuiet(link: LinkId, isQuiet: boolean): void {
    this.#send({ type: 'quiet', link, isQuiet })
  }

  /** The page does that itself. */
  trust(): void {}
}
