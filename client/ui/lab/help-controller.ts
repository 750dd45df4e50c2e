import type { ReactiveControllerHost } from 'lit'
import type { Diagnosis, UpstreamDiagnosis } from '../../node/api/diagnosis.ts'
import type { GrapevineNode, LinkReason } from '../../node/api/grapevine.ts'
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

/** Milliseconds. Most restarts of a server and most failed dials recover by themselves within this time. */
const failingForMs = 10_000

/**
 * Whether to show a person, unasked, why this node is not connected: no link is up, and for some ten seconds either the
 * server was unreachable, or upstreams that are registered could not be linked. False
 * - while any link is up: messages pass, and the notices show the rest;
 * - for upstreams that are not registered, or that a person has to decide about (for example a new key): their notices
 *   show this;
 * - for a node that does not run: its state shows this at once, and its notice shows why.
 * The result does not depend on what the person is doing: the caller must not open a view over that person's work.
 */
export const needsHelp = (diagnosis: Diagnosis): boolean => {
  const { state, contact, unregisteredMs, upstreams, linksUp } = diagnosis
  if (state.status === 'error' || linksUp > 0) return false
  if (contact.step !== 'registered') return hasFailed(diagnosis) && unregisteredMs >= failingForMs
  return upstreams.some((upstream) => upstream.failingMs >= failingForMs && isDialled(upstream))
}

/** A name that another node has or had, and a missing or wrong token, have their own notices. */
const hasFailed = ({ contact }: Diagnosis): boolean =>
  contact.step === 'no-websocket' ||
  contact.step === 'lost' ||
  (contact.step === 'refused' && (contact.reason === 'server-refused' || contact.reason === 'no-acknowledgement'))

/** Reasons that another dial does not remove, or not soon. */
const isToBeDecided: ReadonlySet<LinkReason> = new Set([
  'key-changed',
  'wrong-key',
  'linked-already',
  'misbehaved',
  'unkept-promise',
  'wrong-version',
  'out-of-connections',
  'peer-full',
])

const isDialled = ({ isThere, link: { reason } }: UpstreamDiagnosis): boolean =>
  isThere === true && (reason === undefined || !isToBeDecided.has(reason))
