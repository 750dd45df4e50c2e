import { describe, expect, it } from 'vitest'
import type { LogId } from '../../../client/gossip/wire/block.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import type { LinkId } from '../../../client/gossip/wire/link.ts'
import type { VerifiedReceipt, VerifiedRequest } from '../../../client/gossip/wire/notice.ts'
import { CopyCounts } from '../../../client/gossip/receipts/copy-counts.ts'
import { ReceiptExchange } from '../../../client/gossip/receipts/receipt-exchange.ts'
import { nameOf } from '../../links/network-node.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'

const [log, height, hash] = ['log' as LogId, 7, 'x']
const [honest, mallory] = [1 as LinkId, 2 as LinkId]
const signed = { bytes: new Uint8Array(1), signature: new Uint8Array(64) }

const request = (asker: number): VerifiedRequest =>
  ({
    type: 'request',
    content: { author: fakePeerId(asker), serial: 1, log, height, hash },
    signed,
  }) as unknown as VerifiedRequest

const receipt = (author: number, asker: number): VerifiedReceipt => {
  const content = { author: fakePeerId(author), asker: fakePeerId(asker), serial: 1, log, height, hops: [], copies: [] }
  return {
    type: 'receipt',
    content: { ...content, name: nameOf(`node${author}`) },
    signed,
  } as unknown as VerifiedReceipt
}

describe('[P6] receipt requests', () => {
  it('of invented nodes displace only requests that the same neighbour brought [Q2]', () => {
    const sentBack: LinkId[] = []
    const exchange = new ReceiptExchange(
      {
        self: fakePeerId(1),
        name: nameOf('node1'),
        limits: gossipLimits,
        random: () => 0.5,
        copies: new CopyCounts(1),
      },
      {
        held: () => undefined,
        sign: () => undefined,
        spread: () => undefined,
        sendBack: (_receipt, link) => void sentBack.push(link),
        received: () => undefined,
      },
    )
    exchange.acceptRequest(request(2), honest, 0, 0)
    for (let asker = 100; asker < 100 + 3 * gossipLimits.maxRequests; asker += 1) {
      exchange.acceptRequest(request(asker), mallory, 0, 10)
    }
    expect(exchange.acceptReceipt(receipt(3, 2), fakePeerId(3), 100)).toBeUndefined()
    expect(sentBack).toEqual([honest])
    // The oldest invented request has been dropped.
    expect(exchange.acceptReceipt(receipt(3, 100), fakePeerId(3), 100)).toBe('unasked-receipt')
  })
})
