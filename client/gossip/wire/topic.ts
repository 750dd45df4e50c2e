import { gossipLimits } from '../bounds/limits.ts'

const utf8 = new TextEncoder()

/** A topic is a text of 1 to `maxTopicBytes` bytes of UTF-8. */
export const parseTopic = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length > 0 && value.isWellFormed() && fits(value) ? value : undefined

/** Gives whether a text is as short as a topic. */
const fits = (text: string): boolean => {
  const { maxTopicBytes } = gossipLimits
  // A character of UTF-16 takes three bytes at most.
  return 3 * text.length <= maxTopicBytes || utf8.encode(text).length <= maxTopicBytes
}
