import { describe, expect, it } from 'vitest'
import { DeliveryRecord } from './delivery-record.ts'

/** Three nodes; `alice` is 0, `bob` 1, `carol` 2. */
const recordWith = (messages: number): DeliveryRecord => {
  const record = new DeliveryRecord(3)
  for (let number = 0; number < messages; number += 1) {
    record.publish(0, 'alice/1', 100 * number)
    record.deliver(0, number, 100 * number)
  }
  return record
}

describe('DeliveryRecord', () => {
  it('is complete once all nodes hold all messages', () => {
    const record = recordWith(2)
    record.deliver(1, 0, 150)
    record.deliver(2, 0, 250)
    record.deliver(1, 1, 150)
    expect(record.isComplete).toBe(false)
    expect(record.missing()).toEqual([1])
    record.deliver(2, 1, 300)
    expect(record.isComplete).toBe(true)
    expect(record.toLast.quantiles()).toMatchObject({ '0': 200, '1': 250 })
    expect(record.toEach.quantiles()).toMatchObject({ '0': 50, '1': 250 })
  })

  it('distinguishes the author’s own delivery from the others', () => {
    const record = new DeliveryRecord(3)
    const number = record.publish(0, 'alice/1', 0)
    expect(record.deliver(0, number, 0)).toBe(true)
    expect(record.deliver(1, number, 10)).toBe(false)
    expect(record.deliveries).toBe(1)
  })

  it('[P1] counts a second delivery at one node', () => {
    const record = recordWith(1)
    record.deliver(1, 0, 10)
    record.deliver(1, 0, 20)
    expect(record.deliveredTwice).toBe(1)
  })

  it('[P2] counts a delivery that comes after a later message of the same log', () => {
    const record = recordWith(2)
    record.deliver(1, 1, 10)
    record.deliver(1, 0, 20)
    record.deliver(2, 0, 10)
    record.deliver(2, 1, 20)
    expect(record.outOfOrder).toBe(1)
  })

  it('expects no order between the logs of two lives of a node', () => {
    const record = new DeliveryRecord(2)
    const first = record.publish(0, 'alice/1', 0)
    const second = record.publish(0, 'alice/2', 1)
    record.deliver(1, second, 2)
    record.deliver(1, first, 3)
    expect(record.outOfOrder).toBe(0)
  })

  it('counts a message as unrecoverable, and not as missing, once all its holders lost their storage', () => {
    const record = recordWith(1)
    record.deliver(1, 0, 10)
    record.restore(0, [])
    expect(record.missing()).toEqual([0])
    record.restore(1, [])
    expect(record.unrecoverable()).toEqual([0])
    expect(record.missing()).toEqual([])
    expect(record.isComplete).toBe(true)
  })

  it('counts a restored message as held and as not delivered', () => {
    const record = recordWith(2)
    record.deliver(1, 0, 10)
    record.deliver(1, 1, 110)
    record.restore(1, [0])
    record.deliver(1, 0, 200)
    expect(record.deliveredTwice).toBe(1)
    record.deliver(1, 1, 200)
    expect(record.deliveredTwice).toBe(1)
  })

  it('tracks the messages that were published before a moment', () => {
    const record = recordWith(1)
    record.startBacklog()
    expect(record.isBacklogComplete).toBe(false)
    record.publish(0, 'alice/1', 500)
    record.deliver(0, 1, 500)
    record.deliver(1, 0, 600)
    record.deliver(2, 0, 600)
    expect(record.isBacklogComplete).toBe(true)
    expect(record.isComplete).toBe(false)
  })

  it('gives reads that later deliveries don’t change', () => {
    const record = recordWith(1)
    const read = record.read(1)
    record.deliver(1, 0, 10)
    expect(read.has(0)).toBe(false)
    expect(record.read(1).has(0)).toBe(true)
  })
})
