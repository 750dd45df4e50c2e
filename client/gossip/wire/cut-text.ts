const characters = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Code units behind the cut that decide whether a character ends there: a code point, and what joins it to the one before. */
const lookAhead = 8
/** Code units of a character that is kept whole: twice what emoji have. Anybody can pile marks on one letter without end. */
const mostPerCharacter = 32

/**
 * The beginning of a text, of at most so many UTF-16 code units, cut between characters as readers know them (grapheme
 * clusters, Unicode Annex 29): no half of a surrogate pair, no letter without its accent, no part of a flag or a family.
 */
export const cutText = (text: string, most: number): string => {
  if (text.length <= most) return text
  const cluster = characters.segment(text.slice(0, most + lookAhead)).containing(most)
  if (cluster && most - cluster.index <= mostPerCharacter) return text.slice(0, cluster.index)
  // One character that is longer than anybody types.
  const isInPair = /^[\uDC00-\uDFFF]/.test(text.slice(most)) && /[\uD800-\uDBFF]$/.test(text.slice(0, most))
  return text.slice(0, isInPair ? most - 1 : most)
}
