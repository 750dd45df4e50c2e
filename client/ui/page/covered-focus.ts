/** Where the focus was in what is now covered, so that it comes back there. */
export class CoveredFocus {
  #covered: HTMLElement | undefined

  /** Before what is covered can't be reached any more: hands the focus from there to what covers it. */
  leave(root: ShadowRoot, covered: string, cover: HTMLElement): void {
    if (!root.activeElement?.matches(covered)) return
    this.#covered = deepest(root)
    cover.focus()
  }

  /** Once it can be reached again. A person who has gone elsewhere by now stays there. */
  return(root: ShadowRoot, cover: HTMLElement): void {
    const covered = this.#covered
    this.#covered = undefined
    if (root.activeElement === null || root.activeElement === cover) covered?.focus()
  }
}

const deepest = ({ activeElement }: ShadowRoot): HTMLElement | undefined => {
  const inner = activeElement?.shadowRoot
  if (inner?.activeElement) return deepest(inner)
  return activeElement instanceof HTMLElement ? activeElement : undefined
}
