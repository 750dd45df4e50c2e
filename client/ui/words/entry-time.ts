/** The last millisecond that a `Date` can hold (ECMA-262, 21.4.1.1). An author's clock may give any number. */
const maxTime = 8.64e15

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' })

export interface ShownTime {
  readonly short: string
  readonly full: string
  /** The value for `<time datetime>`; absent if the time is outside the range of a `Date`. */
  readonly iso?: string
}

/**
 * `time` and `receivedAt` are in milliseconds since 1970, `today` is a result of `Date.toDateString()`. A time on a
 * different day is shown with its date. If the author's clock was ahead when the entry arrived, the time of receipt is
 * shown instead.
 */
export const showTime = (time: number, today: string, receivedAt = Infinity): ShownTime => {
  if (time > receivedAt) {
    const { short, full: receipt, iso } = showTime(receivedAt, today)
    const claimed = isDateTime(time) ? full.format(time) : `${time}`
    return {
      short,
      full: `Received ${receipt}. The author's clock was ahead: it showed ${claimed}`,
      ...(iso !== undefined && { iso }),
    }
  }
  if (!isDateTime(time)) return { short: 'no valid time', full: `The author's clock shows ${time}` }
  const date = new Date(time)
  const isToday = date.toDateString() === today
  return { short: (isToday ? clock : dayAndClock).format(date), full: full.format(date), iso: date.toISOString() }
}

const isDateTime = (time: number): boolean => Math.abs(time) <= maxTime
