import { describe, expect, it } from 'vitest'
import { showTime } from '../../../client/ui/words/entry-time.ts'

const today = new Date(2026, 4, 17, 15, 30).toDateString()

describe('a shown time', () => {
  it('is the time of day for today, and has a date for other days', () => {
    const thisDay = showTime(new Date(2026, 4, 17, 9, 5, 7).getTime(), today)
    const yesterday = showTime(new Date(2026, 4, 16, 9, 5, 7).getTime(), today)
    expect(thisDay.short).toContain('07')
    expect(thisDay.short).not.toContain('17')
    expect(yesterday.short).toContain('16')
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1e300, 8.64e15 + 1])(
    'handles an author’s clock that gives %d',
    (time) => {
      expect(showTime(time, today)).toMatchObject({ short: 'no valid time' })
      expect(showTime(time, today).iso).toBeUndefined()
    },
  )

  it('is the time of receipt if the author’s clock was ahead, and says so', () => {
    const receivedAt = new Date(2026, 4, 17, 9, 5, 7).getTime()
    const future = new Date(2049, 0, 3, 12, 0, 0).getTime()
    const shown = showTime(future, today, receivedAt)
    const received = showTime(receivedAt, today)
    expect(shown).toMatchObject({ short: received.short, iso: received.iso })
    expect(shown.full).toContain(received.full)
    expect(shown.full).toMatch(/ahead: .*2049/)
    expect(showTime(Number.MAX_SAFE_INTEGER, today, receivedAt)).toMatchObject({ short: received.short })
  })

  it('is the author’s time if its clock was behind, or if the time of receipt is not known', () => {
    const time = new Date(2026, 4, 17, 9, 5, 7).getTime()
    expect(showTime(time, today, time + 60_000)).toEqual(showTime(time, today))
    expect(showTime(time, today, time)).toEqual(showTime(time, today, undefined))
  })
})
