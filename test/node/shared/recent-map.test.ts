import { describe, expect, it } from 'vitest'
import { RecentMap } from '../../../client/node/shared/recent-map.ts'

describe('RecentMap', () => {
  it('keeps the entries used last, up to its limit', () => {
    const map = new RecentMap<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    map.get('a')
    map.set('c', 3)
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3])
    expect(map.size).toBe(2)
  })

  it('counts writing as a use', () => {
    const map = new RecentMap<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    map.set('a', 10)
    map.set('c', 3)
    expect([map.get('a'), map.get('b')]).toEqual([10, undefined])
  })

  it('does not count a peek as a use', () => {
    const map = new RecentMap<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    expect(map.peek('a')).toBe(1)
    map.set('c', 3)
    expect([map.peek('a'), map.peek('b')]).toEqual([undefined, 2])
  })
})
