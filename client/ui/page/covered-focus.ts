/** Remembers the focused element of a part that gets covered, and restores the focus when the part is uncovered. */
export class CoveredFocus {
  #covered: HTMLElement | undefined

  /** Call before `covered` becomes unreachable: moves the focus from inside it to `cover`. */
  leave(root: ShadowRoot, covered: string, cover: HTMLElement): void {
    if (!root.activeElement?.matches(covered)) return
    this.#covered = deepestActiveElement(root)
    cover.focus()
  }

  /** Call once the covered part is reachable again. Focus that has moved elsewhere in the meantime stays there. */
  return(root: ShadowRoot, cover: HTMLElement): void {
    const covered = this.#covered
    this.#covered = undefined
    if (root.activeElement === null || root.activeElement === cover) covered?.focus()
  }
}

const deepestActiveElement = ({ activeElement }: ShadowRoot): HTMLElement | undefined => {
  const inner = activeElement?.shadowRoot
  if (inner?.activeElement) return deepestActiveElement(inner)
  return activeElement instanceof HTMLElement ? activeElement : undefined
}
