import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { indexOfKey, type MessageRow } from './message-rows.ts'
import { RowLayout, type RowRange } from './row-layout.ts'

export const scrollerLimits = {
  /** Rows in the document above and below those in view: what a turn of a wheel brings in before the next frame. */
  overscan: 16,
  /** The same for a reader at the end, where more rows would rarely be seen: the first turn of a wheel leads away from it. */
  overscanAtEnd: 6,
  /** Pixels from the end within which a reader who comes back down is at the end: less than one message. */
  endSlackPx: 24,
}

/** A row in view, and how far below the upper edge of the view it begins, in pixels. */
interface Anchor {
  readonly key: number
  readonly top: number
}

/** The elements that the host renders. */
export interface ScrollerParts {
  readonly view: HTMLElement
  /** As high as the rows before those in the document, and after them. */
  readonly before: HTMLElement
  readonly list: HTMLElement
  readonly after: HTMLElement
}

/**
 * Keeps few of many rows in the document, and the reader where they are.
 *  1. A reader at the end stays at the end. Only the reader leaves it, by scrolling up or unfolding a row there, and comes
 *     back by scrolling down to it or by `toEnd`.
 *  2. Anywhere else, the first row in view stays where it is on the screen, whatever comes, goes or changes its height. If
 *     it goes itself, the next one takes its place.
 *  3. Heights are measured once a row is in the document, and before the browser paints; until then they are guessed from
 *     rows of the same shape.
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
  /** Pixels, as of the latest scrolling, the reader's or ours. */
  #scrollTop = 0
  #laidOutWidthPx = 0
  /** Pixels; a guess until the view is observed. */
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

  /** The rows to render. `version` changes with the rows, which are changed in place. */
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
    // The reader scrolled, and the browser has not told yet: that is not to be undone.
    if (Math.abs(view.scrollTop - this.#scrollTop) >= 1) this.scrolled()
  }

  hostUpdated(): void {
    const parts = this.#parts()
    if (!parts) return
    this.#observe()
    // First what is written, then what is read: the browser lays out once, unless heights turn out to be other ones.
    this.#setRoom(parts)
    if (this.#measure(parts)) this.#setRoom(parts)
    this.#restore(parts)
    this.#keepFocus(parts)
    this.#listHeightPx = parts.list.offsetHeight
  }

  /** Rows that are gone for good. */
  forget(rows: readonly MessageRow[]): void {
    for (const row of rows) this.#layout.forget(row)
  }

  /** To be called on every scroll event of the view. */
  scrolled(): void {
    const parts = this.#parts()
    if (!parts) return
    const { view } = parts
    const { scrollTop } = view
    const distanceFromEnd = view.scrollHeight - scrollTop - view.clientHeight
    const movedBy = scrollTop - this.#scrollTop
    this.#scrollTop = scrollTop
    // A list that shrinks moves up as well, but keeps its end.
    if (this.isFollowing && movedBy < -1 && distanceFromEnd > 1) this.leaveEnd()
    else if (!this.isFollowing && movedBy > 0 && distanceFromEnd <= scrollerLimits.endSlackPx) this.toEnd()
    if (this.isFollowing) return
    this.#anchor = this.#findAnchor(parts)
    const { start, end } = this.#rangeInView()
    if (start !== this.#range.start || end !== this.#range.end) this.#host.requestUpdate()
  }

  /** The reader wants to stay where they are. */
  leaveEnd(): void {
    this.#leaveEnd((parts) => this.#findAnchor(parts))
  }

  /** The same for the last row of all, which other rows may come behind. */
  stayAtLast(): void {
    const key = this.#rows.at(-1)?.key
    if (key === undefined) return
    this.#leaveEnd(({ view, list }) => list.lastElementChild && { key, top: topIn(view, list.lastElementChild) })
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

  /** Where the view begins in the layout. */
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
    for (const [index, row] of [...list.children].entries()) {
      const { top, bottom } = row.getBoundingClientRect()
      const key = this.#rows[this.#range.start + index]?.key
      if (bottom > viewTop && top < viewBottom && key !== undefined) return { key, top: top - viewTop }
    }
    // Beyond all that is in the document: by a drag of the scrollbar.
    return undefined
  }

  /** Whether any height differs from its estimate. */
  #measure({ list }: ScrollerParts): boolean {
    const elements = [...list.children].map((element, index) => ({ element, index: this.#range.start + index }))
    const changed = elements.filter(({ element, index }) =>
      this.#layout.measure(index, element.getBoundingClientRect().height),
    )
    if (changed.length === 0) return false
    // A row that is unfolded says nothing about others.
    for (const { element, index } of elements) {
      if (!element.querySelector('details[open]')) this.#layout.learnShape(index)
    }
    // Other rows may be in view now; before the browser paints.
    void this.#host.updateComplete.then(() => this.#host.requestUpdate())
    return true
  }

  /** Through the object model: the page's policy allows no style attributes. */
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
    // The same anchor as long as it can be kept: a new one each time would add up the fractions of a pixel.
    const isKept = this.#anchor && this.#rows[this.#anchorIndex()]?.key === this.#anchor.key
    if (!this.isFollowing && (!isKept || Math.abs(this.#movedBy(parts)) > 1)) this.#anchor = this.#findAnchor(parts)
  }

  /** Pixels that the anchor is below its place. */
  #movedBy({ view, list }: ScrollerParts): number {
    const row = this.#anchor && list.children[this.#anchorIndex() - this.#range.start]
    if (!row || !this.#anchor) return 0
    return topIn(view, row) - this.#anchor.top
  }

  /** Of the anchor's row, or of the one that takes its place. */
  #anchorIndex(): number {
    return Math.min(indexOfKey(this.#rows, this.#anchor?.key ?? 0), this.#rows.length - 1)
  }

  /** A row that has the focus may leave the document: the keyboard then stays with the messages. */
  #keepFocus({ view, list }: ScrollerParts): void {
    const { activeElement } = list.getRootNode() as Document | ShadowRoot
    if (this.#hadFocus && activeElement === null) view.focus({ preventScroll: true })
  }

  /** The room for the rows, and the rows together: one that is unfolded changes their height. */
  #observe(): void {
    const parts = this.#parts()
    if (!parts) return
    this.#resize.observe(parts.view)
    this.#resize.observe(parts.list)
  }

  /** What changed by an update of ours is known. The rest of the work waits: within an observer it would never end. */
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
