import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { Diagnosis, IceServerCounts, TryDiagnosis, UpstreamDiagnosis } from '../api/diagnosis.ts'
import type { LinkReason, LinkSnapshot, NodeState } from '../api/grapevine.ts'
import type { ServerContact } from '../api/server-contact.ts'

interface UpstreamRecord {
  latestTry: TryDiagnosis | undefined
  failedTries: number
  isWithoutAddress: boolean
  /** Since when the upstream has been registered and not linked. */
  failingSince: number | undefined
}

/** The node at the moment of a diagnosis. */
export interface DiagnosedNode {
  readonly name: string
  readonly peerId: string
  readonly state: NodeState
  readonly links: readonly LinkSnapshot[]
}

/** The facts of a diagnosis beyond the node's state and links. Bounded by the upstreams of the address. */
export class DiagnosisRecord {
  readonly #upstreams = new Map<string, UpstreamRecord>()
  #contact: ServerContact = { step: 'none' }
  #iceServers: IceServerCounts = { stun: 0, turn: 0, leftOut: [] }
  #unregisteredSince: number | undefined
  thread: Diagnosis['thread'] = 'page'

  constructor(now: number) {
    this.#unregisteredSince = now
  }

  contact(contact: ServerContact, now: number): void {
    this.#contact = contact
    if (contact.step === 'registered') this.#unregisteredSince = undefined
    else this.#unregisteredSince ??= now
  }

  iceServers(counts: IceServerCounts): void {
    this.#iceServers = counts
  }

  tried(upstream: NodeName, latestTry: TryDiagnosis | undefined): void {
    const record = this.#recordOf(upstream)
    record.latestTry = latestTry
    if (!latestTry) return
    if (latestTry.status === 'failed') record.failedTries += 1
    if (latestTry.status === 'open' || Object.values(latestTry.gathered).some((count) => count > 0)) {
      record.isWithoutAddress = false
    } else if (latestTry.status === 'failed' && isLackOfPath(latestTry.reason)) {
      // The next try begins at once and has found no address yet; the result of this one stands until it has.
      record.isWithoutAddress = true
    }
  }

  /** The links have changed: whether each upstream is registered, and whether it is linked. */
  links(links: readonly LinkSnapshot[], now: number): void {
    for (const link of links) {
      if (link.direction !== 'upstream') continue
      const record = this.#recordOf(link.peer)
      if (isUp(link)) record.failedTries = 0
      if (isUp(link) || isThere(link) !== true) record.failingSince = undefined
      else record.failingSince ??= now
    }
  }

  snapshot({ name, peerId, state, links }: DiagnosedNode, now: number): Diagnosis {
    return {
      name,
      peerId,
      state,
      thread: this.thread,
      contact: this.#contact,
      unregisteredMs: this.#unregisteredSince === undefined ? 0 : now - this.#unregisteredSince,
      iceServers: this.#iceServers,
      upstreams: links.filter(({ direction }) => direction === 'upstream').map((link) => this.#upstream(link, now)),
      linksUp: links.filter(isUp).length,
      linksQuiet: links.filter((link) => link.state === 'quiet').length,
    }
  }

  #upstream(link: LinkSnapshot, now: number): UpstreamDiagnosis {
    const { latestTry, failedTries, isWithoutAddress, failingSince } = this.#recordOf(link.peer)
    const there = isThere(link)
    return {
      link,
      ...(there !== undefined && { isThere: there }),
      failingMs: failingSince === undefined ? 0 : now - failingSince,
      failedTries,
      isWithoutAddress,
      ...(latestTry && { latestTry }),
    }
  }

  #recordOf(upstream: string): UpstreamRecord {
    const known = this.#upstreams.get(upstream)
    if (known) return known
    const record: UpstreamRecord = {
      latestTry: undefined,
      failedTries: 0,
      isWithoutAddress: false,
      failingSince: undefined,
    }
    this.#upstreams.set(upstream, record)
    return record
  }
}

/** Offer and answer were exchanged, and the browsers found no path to each other. */
const isLackOfPath = (reason: LinkReason): boolean => reason === 'connect-timeout' || reason === 'no-path'

const isUp = ({ state }: LinkSnapshot): boolean => state === 'up' || state === 'quiet'

/** Whether the upstream is registered. A reason other than these five comes from a dial, or from its registered key. */
const isThere = (link: LinkSnapshot): boolean | undefined => {
  if (isUp(link)) return true
  if (link.reason === 'server-offline' || link.reason === 'server-divided') return undefined
  if (link.reason === 'not-there' || link.reason === 'gone' || link.reason === 'said-bye') return false
  return link.state === 'waiting' && link.reason === undefined ? undefined : true
}
