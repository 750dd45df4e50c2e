/** Where a key leads from one of so many tabs; nowhere if it is no key of a tablist (WAI-ARIA's pattern). */
export const nextTab = (key: string, index: number, count: number): number | undefined => {
  switch (key) {
    case 'ArrowRight':
      return (index + 1) % count
    case 'ArrowLeft':
      return (index - 1 + count) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}
