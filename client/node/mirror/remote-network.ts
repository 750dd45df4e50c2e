import type { LinkId, LinkIdentity } from '../../gossip/wire/link.ts'
import type { CloseReason, NetworkPort } from '../shared/node-ports.ts'
import type { PageMessage } from './messages.ts'

/** The network of a node whose connections are in the page. */
export class RemoteNetwork implements NetworkPort {
  readonly #send: (message: PageMessage) => void

  constructor(send: (message: PageMessage) => void) {
    this.#send = send
  }

  start(): void {
    this.#send({ type: 'network-start' })
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
