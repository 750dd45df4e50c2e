import { describe, expect, it } from 'vitest'
import { SeatSearch } from '../../../client/app/classroom/seat-search.ts'

describe('the search for a seat', () => {
  it('tries the lowest seat that was not found occupied, and ends when all are', () => {
    const search = new SeatSearch({ shape: 'ring', size: 3 })
    expect(search.next()).toBe(1)
    search.exclude(1)
    expect(search.next()).toBe(2)
    search.exclude(2)
    search.exclude(3)
    expect(search.next()).toBeUndefined()
  })

  it('of a tab that lost its seat begins at the first', () => {
    const search = new SeatSearch({ shape: 'ring', size: 3 })
    search.exclude(2)
    expect(search.next()).toBe(1)
    search.exclude(1)
    expect(search.next()).toBe(3)
  })
})
