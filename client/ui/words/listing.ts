const conjunction = new Intl.ListFormat('en-GB', { type: 'conjunction' })

/** `node1`, `node1 and node2`, `node1, node2 and 3 more`. */
export const listWords = (words: readonly string[], shownAtMost = 3): string => {
  if (words.length <= shownAtMost) return conjunction.format(words)
  const shown = words.slice(0, shownAtMost - 1)
  return conjunction.format([...shown, `${words.length - shown.length} more`])
}

/** `1 link`, `2 links`. */
export const countWords = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`
