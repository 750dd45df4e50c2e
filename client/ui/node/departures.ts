import type { LinkSnapshot } from '../../node/api/grapevine.ts'
import { showTime } from '../words/entry-time.ts'
import { listWords } from '../words/listing.ts'

/** A neighbour that was linked and is no longer in the list of links. */
export interface Departure {
  readonly peer: string
  /** When the link ended, in milliseconds since 1970. */
  readonly until: number
}

/** How many neighbours are remembered; those that left first are forgotten first. */
const maxKept = 16

/**
 * Neighbours that were linked and have left. An upstream stays in the list of links as `waiting`, but a downstream
 * disappears from the list. Without these departures, the page would look as if nobody had ever been linked.
 */
export class Departures {
  /** Name to the time at which its link ended; undefined while the link is up. Those that left first come first. */
  readonly #until = new Map<string, number | undefined>()
  #list: readonly Departure[] = []

  /** The same object until its content changes. */
  get list(): readonly Departure[] {
    return this.#list
  }

  /** `now`: milliseconds since 1970. */
  update(links: readonly LinkSnapshot[], now: number): void {
    const up = new Set(links.filter(({ state }) => state === 'up' || state === 'quiet').map(({ peer }) => peer))
    for (const [peer, until] of this.#until) if (until === undefined && !up.has(peer)) this.#until.set(peer, now)
    for (const peer of up) {
      this.#until.delete(peer)
      this.#until.set(peer, undefined)
    }
    for (const [peer, until] of this.#until) {
      if (this.#until.size <= maxKept) break
      if (until !== undefined) this.#until.delete(peer)
    }
    const listed = new Set(links.map(({ peer }) => peer))
    const gone = [...this.#until].flatMap(([peer, until]) =>
      until === undefined || listed.has(peer) ? [] : [{ peer, until }],
    )
    const isSame = gone.length === this.#list.length && gone.every(({ until }, at) => until === this.#list[at]?.until)
    if (!isSame) this.#list = gone
  }
}

/** `node2 was linked until 12:31:05. It reconnects when its tab is open.` */
export const describeDepartures = (departures: readonly Departure[], today: string): string => {
  const last = departures.reduce((latest, { until }) => Math.max(latest, until), 0)
  const isOne = departures.length === 1
  const names = listWords(departures.map(({ peer }) => peer))
  return `${names} ${isOne ? 'was' : 'were'} linked until ${showTime(last, today).short}. ${
    isOne ? 'It reconnects when its tab is' : 'They reconnect when their tabs are'
  } open.`
}
