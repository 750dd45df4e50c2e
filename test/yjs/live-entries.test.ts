import { describe, expect, it } from 'vitest'
import type { Entry } from '../../client/gossip/wire/entry.ts'
import { LiveEntries } from '../../client/yjs/live-entries.ts'
import { fakeEntry } from '../ui/fake-network.ts'

const minute = 60_000

const update = (seq: number, receivedAt: number, parts: Partial<Entry> = {}): Entry =>
  fakeEntry({ author: 'node1', seq, receivedAt, body: new Uint8Array(100), ...parts })

const filled = (...entries: readonly Entry[]): LiveEntries => {
  const live = new LiveEntries()
  for (const entry of entries) live.add(entry)
  return live
}

describe('the live entries of a document', () => {
  it('are those that no later entry of their author supersedes, in whatever order they come', () => {
    const { peerId } = update(1, 0)
    const snapshot = update(3, 0, { supersedes: true })
    expect(filled(update(1, 0), update(2, 0)).updateBytes(peerId)).toBe(800)
    expect(filled(update(1, 0), update(2, 0), snapshot).updateBytes(peerId)).toBe(0)
    expect(filled(update(1, 0), snapshot, update(4, 0)).updateBytes(peerId)).toBe(400)
    const later = { epoch: '10-0123456789abcdef' }
    expect(filled(update(9, 0), update(1, 0, { ...later, supersedes: true })).updateBytes(peerId)).toBe(0)
    expect(filled(update(9, 0, later), update(10, 0, { supersedes: true })).updateBytes(peerId)).toBe(400)
    expect(filled(update(1, 0), update(1, 0, { author: 'node2', supersedes: true })).updateBytes(peerId)).toBe(400)
  })

  it('are missed when they are evicted, unless a snapshot of anybody came a minute later', () => {
    const ofAnother = (receivedAt: number): Entry => update(1, receivedAt, { author: 'node2', supersedes: true })
    expect(filled(update(1, 0)).evict(update(1, 0))).toBe(true)
    expect(filled(update(2, 0)).evict(update(1, 0))).toBe(false)
    expect(filled(update(1, 0), update(2, 0, { supersedes: true })).evict(update(1, 0))).toBe(false)
    expect(filled(update(1, 0), ofAnother(minute)).evict(update(1, 0))).toBe(true)
    expect(filled(update(1, 0), ofAnother(minute + 1)).evict(update(1, 0))).toBe(false)
    expect(filled(ofAnother(0)).evict(ofAnother(0))).toBe(true)
  })

  it('tell since when the oldest waits for a snapshot', () => {
    expect(filled().oldestAt).toBeUndefined()
    expect(filled(update(2, 7), update(1, 5)).oldestAt).toBe(5)
    const snapshot = update(1, 2 * minute, { author: 'node2', supersedes: true })
    expect(filled(update(1, 5), update(2, 3 * minute), snapshot).oldestAt).toBe(2 * minute)
  })
})
