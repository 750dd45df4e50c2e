const keys = {
  horizontal: { next: 'ArrowRight', previous: 'ArrowLeft' },
  vertical: { next: 'ArrowDown', previous: 'ArrowUp' },
} as const

/** The item to which a key leads in a tablist or menu of `count` items (WAI-ARIA's patterns); undefined: other keys. */
export const rovingIndex = (
  key: string,
  index: number,
  count: number,
  orientation: keyof typeof keys,
): number | undefined => {
  switch (key) {
    case keys[orientation].next:
      return (index + 1) % count
    case keys[orientation].previous:
      return (index - 1 + count) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}
