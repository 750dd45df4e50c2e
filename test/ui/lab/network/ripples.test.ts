import { beforeEach, describe, expect, it } from 'vitest'
import { Ripples } from '../../../../client/ui/lab/network/ripples.ts'

const drawn = new Set(['a', 'b'])

describe('ripples', () => {
  let ripples: Ripples

  beforeEach(() => {
    ripples = new Ripples()
  })

  it('begin only for nodes that have published', () => {
    ripples.note('a')
    ripples.release(drawn, 0)
    expect([...ripples.counts]).toEqual([['a', 1]])
  })

  it('begin again for the same node only after the last ripple has spread', () => {
    for (let now = 0; now < 2_000; now += 100) {
      ripples.note('a')
      ripples.release(drawn, now)
    }
    expect(ripples.counts.get('a')).toBe(3)
  })

  it('are at most six at a time, however many nodes publish', () => {
    const crowd = new Set(Array.from({ length: 30 }, (_, index) => `node${index}`))
    for (let now = 0; now < 7_000; now += 700) {
      for (const id of crowd) ripples.note(id)
      ripples.release(crowd, now)
      const began = [...ripples.counts.values()].reduce((sum, count) => sum + count, 0)
      expect(began).toBe(6 * (now / 700 + 1))
    }
  })

  it('keep the same object while no new ripple begins', () => {
    ripples.note('a')
    ripples.release(drawn, 0)
    const { counts } = ripples
    ripples.note('a')
    ripples.release(drawn, 100)
    expect(ripples.counts).toBe(counts)
  })

  it('forget authors that are not drawn, however many there are', () => {
    for (let author = 0; author < 1_000; author += 1) ripples.note(`stranger ${author}`)
    ripples.note('a')
    ripples.release(drawn, 0)
    expect([...ripples.counts.keys()]).toEqual(['a'])
    ripples.note('b')
    ripples.release(new Set(['b']), 1_000)
    expect([...ripples.counts.keys()]).toEqual(['b'])
  })
})
