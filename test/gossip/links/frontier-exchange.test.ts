import { describe, expect, it } from 'vitest'
import type { Holdings } from '../../../client/gossip/wire/holdings.ts'
import { FrontierExchange } from '../../../client/gossip/links/frontier-exchange.ts'

const patienceMs = 2_000

/** As it is after a frontier of the changes up to this number was sent at 0 ms. */
const sent = (changes: number): FrontierExchange => {
  const exchange = new FrontierExchange()
  exchange.noteSent(changes, 0)
  return exchange
}

const holdings = (digest: string): Holdings => ({ digest, changes: 7, retention: '' })

describe('a frontier between two neighbours', () => {
  it('is sent only once while it may be in flight', () => {
    const exchange = new FrontierExchange()
    expect(exchange.baseAt(0, patienceMs)).toBe(0)
    exchange.noteSent(7, 0)
    expect(exchange.baseAt(1_999, patienceMs)).toBe(7)
  })

  it('is sent again if no answer confirms it', () => {
    expect(sent(7).baseAt(2_000, patienceMs)).toBe(0)
  })

  it.each([
    ['the part that was confirmed', 5, 5],
    ['the part that was sent, if more was confirmed', 1_000, 7],
  ])('continues from %s', (_what, confirmed, base) => {
    const exchange = sent(7)
    exchange.confirm(confirmed)
    expect(exchange.baseAt(9_000, patienceMs)).toBe(base)
  })

  it('is sent again at once to a neighbour that has forgotten it, even if a frontier was sent a moment ago', () => {
    const exchange = sent(7)
    exchange.confirm(7)
    exchange.noteSent(9, 1_000)
    exchange.confirm(0)
    expect(exchange.baseAt(1_100, patienceMs)).toBe(0)
  })

  it('is sent again at once if frames were lost, unless it is confirmed', () => {
    const exchange = sent(7)
    exchange.confirm(5)
    exchange.noteSent(9, 1_000)
    exchange.forgetUnconfirmed()
    expect(exchange.baseAt(1_100, patienceMs)).toBe(5)
  })

  it('is known without being sent if the digests are equal', () => {
    const exchange = new FrontierExchange()
    exchange.noteEqualHoldings(9, 4)
    expect(exchange.baseAt(0, patienceMs)).toBe(9)
    expect(exchange.seen).toBe(4)
  })

  it('is known only without a gap', () => {
    const exchange = new FrontierExchange()
    exchange.noteReceived(0, 3)
    expect(exchange.seen).toBe(3)
    // The part up to 5 was lost.
    exchange.noteReceived(5, 8)
    expect(exchange.seen).toBe(3)
    exchange.noteReceived(3, 8)
    expect(exchange.seen).toBe(8)
    exchange.noteReceived(0, 4)
    expect(exchange.seen).toBe(8)
  })

  it('is sent again to a neighbour that could not keep it', () => {
    const [one, other] = [sent(7), new FrontierExchange()]
    other.noteReceived(0, 7)
    one.confirm(other.seen)
    other.forgetReceived()
    one.confirm(other.seen)
    expect(one.baseAt(9_000, patienceMs)).toBe(0)
  })

  it('is sent again to a neighbour that could not keep it, although more was in flight', () => {
    const [one, other] = [sent(7), new FrontierExchange()]
    other.noteReceived(0, 7)
    one.confirm(other.seen)
    other.forgetReceived()
    other.noteReceived(one.baseAt(9_000, patienceMs), 9)
    one.noteSent(9, 9_000)
    one.confirm(other.seen)
    expect(one.baseAt(18_000, patienceMs)).toBe(0)
  })

  it('counts as unknown if the same two digests differ again', () => {
    const exchange = new FrontierExchange()
    exchange.noteDifferentHoldings(holdings('a'), holdings('b'))
    exchange.noteSent(7, 0)
    exchange.confirm(7)
    exchange.noteDifferentHoldings(holdings('a'), holdings('c'))
    expect(exchange.baseAt(9_000, patienceMs)).toBe(7)
    exchange.noteDifferentHoldings(holdings('a'), holdings('c'))
    expect(exchange.baseAt(9_000, patienceMs)).toBe(0)
  })

  it('is sent as a whole less often the longer the same two digests differ, and not at all meanwhile', () => {
    const exchange = new FrontierExchange()
    const sent: number[] = []
    for (let count = 0; count <= 300; count += 1) {
      const isUseful = exchange.noteDifferentHoldings(holdings('a'), holdings('b'))
      expect(isUseful).toBe(count === 0 || exchange.baseAt(9_000 * count, patienceMs) === 0)
      if (isUseful) sent.push(count)
      exchange.noteReceived(0, 7)
      exchange.noteSent(7, 9_000 * count - 8_000)
      exchange.confirm(7)
    }
    expect(sent).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256])
    expect(exchange.noteDifferentHoldings(holdings('a'), holdings('c'))).toBe(true)
    expect(exchange.noteDifferentHoldings(holdings('a'), holdings('c'))).toBe(true)
    expect(exchange.baseAt(9_000_000, patienceMs)).toBe(0)
  })

  it.each([
    ['the neighbour has not confirmed all changes here', (exchange: FrontierExchange) => exchange.confirm(6)],
    ['something of the neighbour could not be kept', (exchange: FrontierExchange) => exchange.forgetReceived()],
  ])('is sent although the same two digests differ, while %s', (_what, lose) => {
    const exchange = new FrontierExchange()
    exchange.noteSent(7, 0)
    exchange.confirm(7)
    exchange.noteReceived(0, 7)
    const differ = () => exchange.noteDifferentHoldings(holdings('a'), holdings('b'))
    // The first ones begin anew.
    for (let count = 0; count <= 4; count += 1) differ()
    exchange.noteSent(7, 0)
    exchange.confirm(7)
    expect(differ()).toBe(false)
    lose(exchange)
    expect(differ()).toBe(true)
  })
})
