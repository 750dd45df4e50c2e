import { describe, expect, it } from 'vitest'
import { showTime } from '../../client/ui/entry-time.ts'

const today = new Date(2026, 4, 17, 15, 30).toDateString()

describe('a shown time', () => {
  it('is the clock’s for today, and has a date for other days', () => {
    const thisDay = showTime(new Date(2026, 4, 17, 9, 5, 7).getTime(), today)
    const yesterday = showTime(new Date(2026, 4, 16, 9, 5, 7).getTime(), today)
    expect(thisDay.short).toContain('07')
    expect(thisDay.short).not.toContain('17')
    expect(yesterday.short).toContain('16')
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1e300, 8.64e15 + 1])(
    'survives an author’s clock that says %d',
    (time) => {
      expect(showTime(time, today)).toMatchObject({ short: 'no valid time' })
      expect(showTime(time, today).iso).toBeUndefined()
    },
  )
})
