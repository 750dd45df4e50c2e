import { describe, expect, it } from 'vitest'
import type { Change } from '../../../client/node/mirror/messages.ts'
import { WaitingChanges } from '../../../client/node/mirror/waiting-changes.ts'

const direct = (bytes: number): Change => {
  const event = { peer: 'alice', peerId: 'a', body: new Uint8Array(bytes) }
  return { type: 'event', name: 'direct', event }
}
const other: Change = { type: 'event', name: 'drop', event: { reason: 'noise' } }

describe('[P6] the changes that wait for a page', () => {
  it('have room for so many bytes of direct messages, and for all other changes', () => {
    const changes = new WaitingChanges({ changes: 10, batchBytes: 1_000, waitingBytes: 100 })
    expect([60, 41, 40].map((bytes) => changes.add(direct(bytes)))).toEqual([true, false, true])
    expect(changes.add(other)).toBe(true)
    changes.take()
    expect(changes.add(direct(100))).toBe(true)
    changes.replace([direct(90), other])
    expect(changes.add(direct(20))).toBe(false)
  })

  it('go in batches of so many changes and bytes, in order; a larger message goes alone', () => {
    const changes = new WaitingChanges({ changes: 3, batchBytes: 100, waitingBytes: 1_000 })
    const all = [other, direct(60), direct(40), direct(1), direct(300), other, other]
    for (const change of all) changes.add(change)
    const batches: (readonly Change[])[] = []
    while (changes.all.length > 0) batches.push(changes.take())
    expect(batches.map(({ length }) => length)).toEqual([3, 1, 1, 2])
    expect(batches.flat()).toEqual(all)
  })
})
