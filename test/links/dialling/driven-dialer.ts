import type { Link, LinkId } from '../../../client/gossip/wire/link.ts'
import type { PeerId } from '../../../client/gossip/wire/peer-id.ts'
import { Admission } from '../../../client/links/attempts/admission.ts'
import type { AttemptFailure } from '../../../client/links/attempts/attempt.ts'
import { networkLimits } from '../../../client/links/shared/limits.ts'
import { UpstreamDialer } from '../../../client/links/dialling/upstream-dialer.ts'
import type { UpstreamOnline } from '../../../signal-server/shared/protocol.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { VirtualClock } from '../../simulation/network/virtual-clock.ts'
import { nameOf } from '../network-node.ts'
import type { CloseReason } from '../../../client/node/shared/node-ports.ts'

/** An attempt that does nothing by itself. Like the real one it ends once, and reports its cancellation too. */
class FakeAttempt {
  isAnswered = false
  isOver = false
  readonly at: number
  readonly #failed: (reason: AttemptFailure) => void

  constructor(at: number, failed: (reason: AttemptFailure) => void) {
    this.at = at
    this.#failed = failed
  }

  fail(reason: AttemptFailure): void {
    if (this.isOver) return
    this.isOver = true
    this.#failed(reason)
  }

  cancel(): void {
    this.fail('cancelled')
  }
}

/** Keys, in the order of their PeerIds. */
export const lower = 0
export const upstream = 1
const higher = 9

export const news = (parts: Partial<UpstreamOnline> = {}): UpstreamOnline => ({
  name: 'node1',
  peerId: fakePeerId(upstream),
  mutual: false,
  ...parts,
})

export interface DialerOptions {
  readonly self?: number
  readonly pin?: PeerId
  readonly trusted?: PeerId
}

/** A dialer of `node1` under virtual time, with everything around it in the test's hands. */
export const startDialer = ({ self = higher, pin, trusted }: DialerOptions = {}) => {
  const clock = new VirtualClock()
  const attempts: FakeAttempt[] = []
  const links = new Map<PeerId, Link>()
  const remembered: PeerId[] = []
  let linksMade = 0
  const dialer = new UpstreamDialer({
    name: nameOf('node1'),
    pin,
    trusted,
    remember: (peerId) => void remembered.push(peerId),
    self: fakePeerId(self),
    admission: new Admission(networkLimits, 0),
    timers: clock,
    limits: networkLimits,
    random: () => 0.5,
    linkTo: (peerId) => links.get(peerId),
    createAttempt: (_peerId, events) => {
      const attempt = new FakeAttempt(clock.now(), (reason) => events.failed(reason))
      attempts.push(attempt)
      return attempt
    },
    distrust: () => {},
    changed: () => {},
  })
  const linkOf = (name = 'node1', direction: Link['direction'] = 'upstream'): Link => {
    linksMade += 1
    const end = { isDrained: true, listen: () => {}, send: () => true, close: () => {} }
    const link = { id: linksMade as LinkId, peerId: fakePeerId(upstream), name: nameOf(name), direction, ...end }
    links.set(link.peerId, link)
    return link
  }
  /** The latest attempt opens its link. */
  const open = (): LinkId => {
    const link = linkOf()
    const attempt = attempts.at(-1)
    if (attempt) attempt.isOver = true
    dialer.linked(link)
    return link.id
  }
  const close = (id: LinkId, reason: CloseReason): void => {
    links.clear()
    dialer.closed(id, reason)
  }
  const openNow = (): number => attempts.filter(({ isOver }) => !isOver).length
  return { clock, dialer, attempts, remembered, linkOf, open, close, openNow }
}

/** A dialer whose node is registered, and which has news of its upstream. */
export const startInformed = (options?: DialerOptions, upstreamNews = news()) => {
  const started = startDialer(options)
  started.dialer.registered()
  started.dialer.online(upstreamNews)
  return started
}
