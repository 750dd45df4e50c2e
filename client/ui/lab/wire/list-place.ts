/** Pixels from the end within which a reader counts as being at the end: less than one row. */
const endSlackPx = 20

/**
 * Where a reader is in a table that grows at its end, and loses and gets rows at its beginning. The browser's own scroll
 * anchoring, which some lack, is to be off.
 */
export class ListPlace {
  readonly #scroller: () => HTMLElement | undefined
  #scrollTop = 0
  /** A row that is to stay where it is through the next update, and where that is. */
  #kept: { readonly row: Element; readonly topPx: number } | undefined

  constructor(scroller: () => HTMLElement | undefined) {
    this.#scroller = scroller
  }

  toEnd(): void {
    const scroller = this.#scroller()
    if (!scroller) return
    scroller.scrollTop = scroller.scrollHeight
    this.#scrollTop = scroller.scrollTop
  }

  /** What the reader did, of whom alone it is that a list is scrolled up. */
  moved(): 'leaves the end' | 'comes to the end' | 'stays' {
    const scroller = this.#scroller()
    if (!scroller) return 'stays'
    const { scrollTop, scrollHeight, clientHeight } = scroller
    const isAtEnd = scrollHeight - scrollTop - clientHeight <= endSlackPx
    const before = this.#scrollTop
    this.#scrollTop = scrollTop
    if (isAtEnd) return scrollTop > before ? 'comes to the end' : 'stays'
    return scrollTop < before ? 'leaves the end' : 'stays'
  }

  /** Rows are about to come in above those that are there: `restore` is to follow, once they are in. */
  keep(): void {
    const row = this.#scroller()?.querySelector('tbody > tr')
    if (row) this.#kept = { row, topPx: row.getBoundingClientRect().top }
  }

  restore(): void {
    const scroller = this.#scroller()
    if (!this.#kept || !scroller) return
    const { row, topPx } = this.#kept
    this.#kept = undefined
    scroller.scrollTop += row.getBoundingClientRect().top - topPx
    this.#scrollTop = scroller.scrollTop
  }
}
