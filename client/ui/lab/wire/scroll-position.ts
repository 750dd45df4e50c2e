/** A reader within this many pixels of the end counts as being at the end; this is less than one row. */
const endSlackPx = 20

/**
 * Keeps a reader's position in a table that grows at its end, and loses and gains rows at its beginning. The browser's
 * own scroll anchoring must be off; some browsers have none.
 */
export class ScrollPosition {
  readonly #scroller: () => HTMLElement | undefined
  #scrollTop = 0
  /** A row that must not move during the next update, and its position. */
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

  /** Reports how the reader scrolled. Only the reader makes a list leave its end: growth alone does not count. */
  scrolled(): 'leaves the end' | 'comes to the end' | 'stays' {
    const scroller = this.#scroller()
    if (!scroller) return 'stays'
    const { scrollTop, scrollHeight, clientHeight } = scroller
    const isAtEnd = scrollHeight - scrollTop - clientHeight <= endSlackPx
    const before = this.#scrollTop
    this.#scrollTop = scrollTop
    if (isAtEnd) return scrollTop > before ? 'comes to the end' : 'stays'
    return scrollTop < before ? 'leaves the end' : 'stays'
  }

  /** Call it before rows are inserted above the existing ones, and `restore` after that. */
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

/**
 * Rows in the document for a reader who left the end; each press of the button adds as many. They fill some screens.
 */
export const rowsAtOnce = 100

/**
 * How many rows the document holds for a reader who follows the end: they fill the view, with a few to scroll up to.
 * With hundreds of envelopes a second, each update replaces all of them. A row is 28 pixels high at the default text
 * size; 19 pixels leave a third as reserve.
 */
export const rowsFollowed = (viewPx: number): number => Math.min(rowsAtOnce, Math.ceil(viewPx / 19) + 8)
