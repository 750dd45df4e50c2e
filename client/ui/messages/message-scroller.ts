import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { indexOfPlace, type MessageRow } from './message-rows.ts'
import { RowLayout, type RowRange } from './row-layout.ts'

export const scrollerLimits = {
  /** Extra rows in the document above and below the view: a turn of the wheel may reach them before the next frame. */
  overscan: 16,
  /** Extra rows for a reader at the end. More are rarely seen: the first turn of the wheel already leaves the end. */
  overscanAtEnd: 6,
  /** A reader who scrolls down to within this many pixels of the end is at the end: less than one message. */
  endSlackPx: 24,
}

/** A row in view, and the distance in pixels from the upper edge of the view to the row. */
interface Anchor {
  readonly row: MessageRow
  readonly top: number
}

/** The elements that the host renders. */
export interface ScrollerParts {
  readonly view: HTMLElement
  /** `before` and `after` are as high as the rows that the document omits before and after its own rows. */
  readonly before: HTMLElement
  readonly list: HTMLElement
  readonly after: HTMLElement
}

/**
 * Keeps only a few of many rows in the document, and keeps the reader's position.
 *  1. A reader at the end stays at the end. Only the reader leaves the end, by scrolling up or unfolding a row there.
 *     The reader returns by scrolling down to the end or by `toEnd`.
 *  2. Anywhere else, the first row in view stays where it is on the screen when rows are added at any place, are removed
 *     or change their height. If this row itself is removed, the next row moves to its place.
 *  3. A row's height is measured once the row is in the document, and before the browser paints. Until then it is
 *     estimated from rows of the same shape.
 */
export class MessageScroller implements ReactiveController {
  isFollowing = true
  readonly #host: ReactiveControllerHost
  readonly #parts: () => ScrollerParts | undefined
  readonly #layout = new RowLayout()
  readonly #resize = new ResizeObserver(() => this.#resized())
  #rows: readonly MessageRow[] = []
  #version = -1
  #range: RowRange = { start: 0, end: 0 }
  #anchor: Anchor | undefined
  /** Pixels, as of the latest scrolling by the reader or by this class. */
  #scrollTop = 0
  #laidOutWidthPx = 0
  /** Pixels; an estimate until the view is observed. */
  #viewSize = { width: 0, height: 640 }
  #listHeightPx = 0
  #hadFocus = false

  constructor(host: ReactiveControllerHost, parts: () => ScrollerParts | undefined) {
    this.#host = host
    this.#parts = parts
    host.addController(this)
  }

  hostConnected(): void {
    this.#observe()
  }

  hostDisconnected(): void {
    this.#resize.disconnect()
  }

  /** Gives the rows to render. `version` changes with the rows, since the array is changed in place. */
  layOut(rows: readonly MessageRow[], version: number): RowRange {
    this.#rows = rows
    if (version !== this.#version) {
      this.#version = version
      this.#layout.rows = rows
    }
    this.#range = this.#rangeInView()
    return this.#range
  }

  hostUpdate(): void {
    const parts = this.#parts()
    if (!parts) return
    const { view, list } = parts
    this.#hadFocus = list.contains((list.getRootNode() as Document | ShadowRoot).activeElement)
    // The reader scrolled, but the scroll event has not arrived yet: the code below must not undo that scrolling.
    if (Math.abs(view.scrollTop - this.#scrollTop) >= 1) this.scrolled()
  }

  hostUpdated(): void {
    const parts = this.#parts()
    if (!parts) return
    this.#observe()
    // All writes come before all reads, so that the browser lays out once, unless a height differs from its estimate.
    this.#setRoom(parts)
    if (this.#measure(parts)) this.#setRoom(parts)
    this.#restore(parts)
    this.#keepFocus(parts)
    this.#listHeightPx = parts.list.offsetHeight
  }

  /** Forgets rows that never return. */
  forget(rows: readonly MessageRow[]): void {
    for (const row of rows) this.#layout.forget(row)
  }

  /** The host calls this on every scroll event of the view. */
  scrolled(): void {
    const parts = this.#parts()
    if (!parts) return
    const { view } = parts
    const { scrollTop } = view
    const distanceFromEnd = view.scrollHeight - scrollTop - view.clientHeight
    const movedBy = scrollTop - this.#scrollTop
    this.#scrollTop = scrollTop
    // A list that shrinks moves up too, but the reader then stays at the end.
    if (this.isFollowing && movedBy < -1 && distanceFromEnd > 1) this.leaveEnd()
    else if (!this.isFollowing && movedBy > 0 && distanceFromEnd <= scrollerLimits.endSlackPx) this.toEnd()
    if (this.isFollowing) return
    this.#anchor = this.#findAnchor(parts)
    const { start, end } = this.#rangeInView()
    if (start !== this.#range.start || end !== this.#range.end) this.#host.requestUpdate()
  }

  /** Stops following the end: the reader stays at the current rows. */
  leaveEnd(): void {
    this.#leaveEnd((parts) => this.#findAnchor(parts))
  }

  /** Stops following the end: the reader stays at the current last row when rows are added after it. */
  stayAtLast(): void {
    const row = this.#rows.at(-1)
    if (!row) return
    this.#leaveEnd(({ view, list }) => list.lastElementChild && { row, top: topIn(view, list.lastElementChild) })
  }

  toEnd(): void {
    this.isFollowing = true
    this.#anchor = undefined
    this.#host.requestUpdate()
  }

  #rangeInView(): RowRange {
    const topPx = Math.max(0, this.#topPx())
    const overscan = this.isFollowing ? scrollerLimits.overscanAtEnd : scrollerLimits.overscan
    return this.#layout.range(topPx, topPx + this.#viewSize.height, overscan)
  }

  /** Where the view begins in the layout, in pixels. */
  #topPx(): number {
    if (this.isFollowing) return this.#layout.startOf(this.#rows.length) - this.#viewSize.height
    return this.#anchor ? this.#layout.startOf(this.#anchorIndex()) - this.#anchor.top : this.#scrollTop
  }

  #leaveEnd(find: (parts: ScrollerParts) => Anchor | null | undefined): void {
    const parts = this.#parts()
    if (!parts || !this.isFollowing) return
    this.isFollowing = false
    this.#anchor = find(parts) ?? undefined
    this.#host.requestUpdate()
  }

  #findAnchor({ view, list }: ScrollerParts): Anchor | undefined {
    const { top: viewTop, bottom: viewBottom } = view.getBoundingClientRect()
    for (const [index, element] of [...list.children].entries()) {
      const { top, bottom } = element.getBoundingClientRect()
      const row = this.#rows[this.#range.start + index]
      if (bottom > viewTop && top < viewBottom && row) return { row, top: top - viewTop }
    }
    // A drag of the scrollbar went beyond all rows in the document.
    return undefined
  }

  /** Measures the rows in the document; true if any height differs from its estimate. */
  #measure({ list }: ScrollerParts): boolean {
    const elements = [...list.children].map((element, index) => ({ element, index: this.#range.start + index }))
    const changed = elements.filter(({ element, index }) =>
      this.#layout.measure(index, element.getBoundingClientRect().height),
    )
    if (changed.length === 0) return false
    // The height of an unfolded row is no estimate for other rows.
    for (const { element, index } of elements) {
      if (!element.querySelector('details[open]')) this.#layout.learnShape(index)
    }
    // Other rows may be in view now; this update still runs before the browser paints.
    void this.#host.updateComplete.then(() => this.#host.requestUpdate())
    return true
  }

  /** Sets the heights through the CSSOM: the page's content security policy forbids style attributes. */
  #setRoom({ before, after }: ScrollerParts): void {
    const { start, end } = this.#range
    before.style.blockSize = `${this.#layout.startOf(start)}px`
    after.style.blockSize = `${this.#layout.startOf(this.#rows.length) - this.#layout.startOf(end)}px`
  }

  #restore(parts: ScrollerParts): void {
    const { view } = parts
    if (this.isFollowing) {
      view.scrollTop = view.scrollHeight
    } else if (Math.abs(this.#movedBy(parts)) > 0.5) {
      view.scrollTop += this.#movedBy(parts)
    }
    this.#scrollTop = view.scrollTop
    // The anchor is kept as long as possible: with a new anchor each time, fractions of a pixel would add up.
    const isKept = this.#anchor && this.#rows[this.#anchorIndex()] === this.#anchor.row
    if (!this.isFollowing && (!isKept || Math.abs(this.#movedBy(parts)) > 1)) this.#anchor = this.#findAnchor(parts)
  }

  /** How many pixels the anchor is below its intended position. */
  #movedBy({ view, list }: ScrollerParts): number {
    const row = this.#anchor && list.children[this.#anchorIndex() - this.#range.start]
    if (!row || !this.#anchor) return 0
    return topIn(view, row) - this.#anchor.top
  }

  /** The index of the anchor's row, or of the row that replaces it. */
  #anchorIndex(): number {
    return Math.min(indexOfPlace(this.#rows, this.#anchor?.row.place ?? 0), this.#rows.length - 1)
  }

  /** If the focused row leaves the document, the focus moves to the list of messages. */
  #keepFocus({ view, list }: ScrollerParts): void {
    const { activeElement } = list.getRootNode() as Document | ShadowRoot
    if (this.#hadFocus && activeElement === null) view.focus({ preventScroll: true })
  }

  /** Observes the view, and the list of rows, whose height changes when a row is unfolded. */
  #observe(): void {
    const parts = this.#parts()
    if (!parts) return
    this.#resize.observe(parts.view)
    this.#resize.observe(parts.list)
  }

  /** Ignores changes by own updates. Defers other work: inside the observer, it would trigger the observer again. */
  #resized(): void {
    const parts = this.#parts()
    if (!parts) return
    const { view, list } = parts
    const { width, height } = this.#viewSize
    const isSameRoom = view.clientWidth === width && view.clientHeight === height
    if (isSameRoom && Math.abs(list.offsetHeight - this.#listHeightPx) <= 1) return
    this.#readRect(view)
    this.#restore(parts)
    requestAnimationFrame(() => this.#host.requestUpdate())
  }

  #readRect(view: HTMLElement): void {
    const { clientWidth: width, clientHeight: height } = view
    this.#viewSize = { width, height }
    if (width === this.#laidOutWidthPx || width === 0) return
    this.#laidOutWidthPx = width
    this.#layout.clear()
  }
}

const topIn = (view: Element, row: Element): number =>
  row.getBoundingClientRect().top - view.getBoundingClientRect().top
