import type { EventLoop } from './event-loop.ts'
import type { Random } from '../../../client/node/faults/random.ts'
import type { Edge } from '../faults/topology.ts'
import { LinkEnd, type Side, VirtualLink } from './virtual-link.ts'

export const networkModel = {
  /** Bytes per second over a slow link: about ten small blocks, so that an ordinary load is too much for it. */
  slowBytesPerSecond: 2_048,
  /**
   * Bytes that may wait for the wire of a slow link. An empty window accepts any frame. Small, so that it fills
   * within seconds.
   */
  slowWindowBytes: 4_096,
  /** Milliseconds until a neighbour notices that a node stopped without a bye: ICE fails after 15 to 17 s. */
  lostAfterMs: 16_000,
  /** The first dials are spread over this time, because nobody opens all tabs in one millisecond. */
  startWithinMs: 250,
}

/** The events of a node's links. */
export interface Endpoint<Packet> {
  /** `side`: the end of the link at which this node is. */
  linkUp(link: number, neighbour: number, side: Side): void
  linkDown(link: number): void
  receive(link: number, packet: Packet): void | Promise<void>
}

export interface VirtualNetworkOptions<Packet> {
  readonly edges: readonly Edge[]
  readonly loop: EventLoop
  readonly random: Random
  /** Draws the latency of one hop, in milliseconds. */
  readonly latency: () => number
  /** Milliseconds from a dial to an open link. */
  readonly connectMs: number
  /** The share of the envelopes that get lost. */
  readonly loss: number
  /** Returns undefined while that node does not run. */
  readonly endpoint: (node: number) => Endpoint<Packet> | undefined
}

export type SendOutcome = 'sent' | 'window-full' | 'link-gone'

/** Carries packets between nodes, reopens ended links, and lets the nemesis disturb both. */
export class VirtualNetwork<Packet extends { readonly bytes: number }> {
  readonly links: readonly VirtualLink[]
  readonly #options: VirtualNetworkOptions<Packet>
  readonly #linksOf = new Map<number, VirtualLink[]>()
  /** The open ends, by id. */
  readonly #ends = new Map<number, LinkEnd>()
  #ids = 0
  #upCount = 0
  #groups: readonly number[] | undefined
  envelopesLost = 0
  deaths = 0

  constructor(options: VirtualNetworkOptions<Packet>) {
    this.#options = options
    this.links = options.edges.map((edge) => new VirtualLink(edge, options.random))
    for (const link of this.links) {
      for (const node of [link.edge.dialler, link.edge.upstream]) {
        const ofNode = this.#linksOf.get(node)
        if (ofNode) ofNode.push(link)
        else this.#linksOf.set(node, [link])
      }
    }
  }

  get isWholeUp(): boolean {
    return this.#upCount === this.links.length
  }

  start(): void {
    const { loop, random } = this.#options
    for (const link of this.links) loop.after(random() * networkModel.startWithinMs, () => this.#dial(link))
  }

  send(id: number, packet: Packet): SendOutcome {
    const { loop, latency, loss, random } = this.#options
    const end = this.#ends.get(id)
    if (!end) return 'link-gone'
    if (end.link.isSlow && !this.#fits(end, packet.bytes)) return 'window-full'
    if (loss > 0 && random() < loss) {
      this.envelopesLost += 1
      return 'sent'
    }
    end.lastArrivalAtMs = Math.max(Math.max(loop.nowMs, end.freeAtMs) + latency(), end.lastArrivalAtMs)
    loop.at(end.lastArrivalAtMs, () => this.#arrive(end, packet))
    return 'sent'
  }

  /** Ends the link at this node. The far end notices after the arrival of all packets in flight. */
  close(id: number): void {
    const end = this.#ends.get(id)
    if (!end) return
    const { loop, latency } = this.#options
    const { far } = end
    this.#end(end)
    if (!far.isOpen) return
    loop.at(Math.max(loop.nowMs + latency(), end.lastArrivalAtMs), () => {
      if (this.#isBlocked(end)) loop.after(networkModel.lostAfterMs, () => this.#lose(far))
      else this.#lose(far)
    })
  }

  /** Ends the link. Both ends notice at once. */
  kill(link: VirtualLink): void {
    if (!link.isUp || !link.life) return
    this.deaths += 1
    const { dialler, upstream } = link.life
    this.#lose(dialler)
    this.#lose(upstream)
  }

  cut(link: VirtualLink): void {
    link.isCut = true
    this.kill(link)
  }

  /** Envelopes between nodes of different groups get lost; `undefined` ends the partition. */
  partition(groups: readonly number[] | undefined): void {
    this.#groups = groups
  }

  /** The node stops without a bye: packets to it get lost, and its neighbours notice late. */
  nodeStopped(node: number): void {
    for (const link of this.#linksOf.get(node) ?? []) {
      for (const end of [link.life?.dialler, link.life?.upstream]) {
        if (!end?.isOpen) continue
        if (end.node === node) this.#end(end)
        else this.#options.loop.after(networkModel.lostAfterMs, () => this.#lose(end))
      }
    }
  }

  /** The node dials, and the nodes that dial it learn from the server that it is up. */
  nodeStarted(node: number): void {
    for (const link of this.#linksOf.get(node) ?? []) {
      link.resetPauses()
      this.#dial(link)
    }
  }

  #dial(link: VirtualLink): void {
    link.dials += 1
    const { dials } = link
    if (!this.#options.endpoint(link.edge.dialler)) return
    if (!this.#canConnect(link)) return this.#dialLater(link)
    this.#options.loop.after(this.#options.connectMs, () => {
      if (link.dials !== dials) return
      if (this.#canConnect(link)) this.#open(link)
      else this.#dialLater(link)
    })
  }

  #dialLater(link: VirtualLink): void {
    link.dials += 1
    const { dials } = link
    this.#options.loop.after(link.nextPauseMs(), () => {
      if (link.dials === dials) this.#dial(link)
    })
  }

  #canConnect(link: VirtualLink): boolean {
    const { dialler, upstream } = link.edge
    const { endpoint } = this.#options
    if (link.isCut || link.isSilent.dialler || link.isSilent.upstream || this.#isApart(dialler, upstream)) return false
    return endpoint(dialler) !== undefined && endpoint(upstream) !== undefined
  }

  #open(link: VirtualLink): void {
    const { loop, endpoint } = this.#options
    // A new link replaces an old one whose far end is gone, if the near end has not noticed that yet.
    for (const end of [link.life?.dialler, link.life?.upstream]) {
      if (!end?.isOpen) continue
      this.#shut(end)
      endpoint(end.node)?.linkDown(end.id)
    }
    const dialler = this.#createEnd('dialler', link)
    const upstream = this.#createEnd('upstream', link)
    dialler.join(upstream)
    link.life = { dialler, upstream, openedAtMs: loop.nowMs }
    this.#upCount += 1
    endpoint(dialler.node)?.linkUp(dialler.id, upstream.node, 'dialler')
    endpoint(upstream.node)?.linkUp(upstream.id, dialler.node, 'upstream')
  }

  #createEnd(side: Side, link: VirtualLink): LinkEnd {
    this.#ids += 1
    const end = new LinkEnd(this.#ids, side, link)
    this.#ends.set(end.id, end)
    return end
  }

  /** Reports the end of the link to the node at this end, unless the node already knows. */
  #lose(end: LinkEnd): void {
    if (!end.isOpen) return
    this.#end(end)
    this.#options.endpoint(end.node)?.linkDown(end.id)
  }

  #end(end: LinkEnd): void {
    this.#shut(end)
    if (end.side === 'upstream') return
    end.link.ended(this.#options.loop.nowMs)
    this.#dialLater(end.link)
  }

  #shut(end: LinkEnd): void {
    if (end.link.isUp) this.#upCount -= 1
    end.isOpen = false
    this.#ends.delete(end.id)
  }

  #arrive(from: LinkEnd, packet: Packet): void | Promise<void> {
    const to = from.far
    if (!to.isOpen || this.#isBlocked(from)) {
      this.envelopesLost += 1
      return undefined
    }
    return this.#options.endpoint(to.node)?.receive(to.id, packet)
  }

  #isBlocked(from: LinkEnd): boolean {
    return from.link.isSilent[from.side] || this.#isApart(from.node, from.far.node)
  }

  #isApart(one: number, other: number): boolean {
    return this.#groups !== undefined && this.#groups[one] !== this.#groups[other]
  }

  /** Adds the bytes to the window of a slow direction if they fit. */
  #fits(end: LinkEnd, bytes: number): boolean {
    const { slowBytesPerSecond, slowWindowBytes } = networkModel
    const nowMs = this.#options.loop.nowMs
    const waitingBytes = (Math.max(0, end.freeAtMs - nowMs) / 1_000) * slowBytesPerSecond
    if (waitingBytes > 0 && waitingBytes + bytes > slowWindowBytes) return false
    end.freeAtMs = Math.max(end.freeAtMs, nowMs) + (bytes / slowBytesPerSecond) * 1_000
    return true
  }
}
