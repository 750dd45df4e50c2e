import { describe, expect, it } from 'vitest'
import { BoundedMap } from '../../../client/gossip/bounds/bounded-map.ts'

const mapOf = (maxSize: number, ...keys: readonly string[]): BoundedMap<string, string> => {
  const map = new BoundedMap<string, string>(maxSize)
  for (const key of keys) map.set(key, key.toUpperCase())
  return map
}

const keysOf = (map: BoundedMap<string, string>): string => [...map].map(([key]) => key).join('')

describe('[P6] a bounded map', () => {
  it('drops the oldest keys', () => {
    const map = mapOf(3, 'a', 'b', 'c', 'd', 'e')
    expect(keysOf(map)).toBe('cde')
    expect([map.get('b'), map.get('c')]).toEqual([undefined, 'C'])
  })

  it('makes a key that is set again or renewed the newest key', () => {
    const map = mapOf(3, 'a', 'b', 'c', 'a')
    expect(keysOf(map)).toBe('bca')
    expect(map.renew('b', () => 'unused')).toBe('B')
    expect(keysOf(map)).toBe('cab')
  })

  it('creates the value of a missing key', () => {
    const map = mapOf(2, 'a', 'b')
    expect(map.renew('c', () => 'made')).toBe('made')
    expect([keysOf(map), map.get('c')]).toEqual(['bc', 'made'])
  })

  it('has room again after a key was deleted', () => {
    const map = mapOf(2, 'a', 'b')
    map.delete('a')
    map.set('c', 'C')
    expect(keysOf(map)).toBe('bc')
  })
})
