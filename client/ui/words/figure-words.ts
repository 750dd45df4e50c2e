const three = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** Three significant digits: more would suggest a precision that the measurement lacks. */
const number = (value: number): string => (value >= 1_000 ? whole.format(value) : three.format(value))

/** `0.5 ms`, `120 ms`, `3.4 s`, `12 min`, `5.2 h`. */
export const durationWords = (ms: number): string => {
  if (ms < 1_000) return `${number(ms)} ms`
  if (ms < 100_000) return `${number(ms / 1_000)} s`
  if (ms < 6_000_000) return `${number(ms / 60_000)} min`
  return `${number(ms / 3_600_000)} h`
}

/** `412 B`, `3.4 KB`, `1.2 MB`: units of 1000, as usual for networks. */
const byteWords = (bytes: number): string => {
  if (bytes < 1_000) return `${number(bytes)} B`
  return bytes < 1_000_000 ? `${three.format(bytes / 1_000)} KB` : `${three.format(bytes / 1_000_000)} MB`
}

export const countPerSecond = (count: number): string => `${number(count)}/s`
export const bytesPerSecond = (bytes: number): string => `${byteWords(bytes)}/s`
export const percent = (share: number): string => `${number(Math.round(share * 1_000) / 10)} %`
