import { describe, expect, it } from 'vitest'
import { SeatSearch } from '../../../client/app/classroom/seat-search.ts'

describe('the search for a seat', () => {
  it('tries the lowest that was not found taken, and ends when all are', () => {
    const search = new SeatSearch({ shape: 'ring', size: 3 })
    expect(search.next()).toBe(1)
    search.isTaken(1)
    expect(search.next()).toBe(2)
    search.isTaken(2)
    search.isTaken(3)
    expect(search.next()).toBeUndefined()
  })

  it('of a tab that lost the seat it had begins at the first', () => {
    const search = new SeatSearch({ shape: 'ring', size: 3 })
    search.isTaken(2)
    expect(search.next()).toBe(1)
    search.isTaken(1)
    expect(search.next()).toBe(3)
  })
})
