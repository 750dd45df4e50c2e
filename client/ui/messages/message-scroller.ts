import { Virtualizer } from '@tanstack/virtual-core'
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { guessedHeightPx, indexOfKey, type MessageRow } from './message-rows.ts'

export const scrollerLimits = {
  /** Rows in the document above and below those in view: what a turn of a wheel brings in before the next frame. */
  overscan: 16,
  /** The same for a reader at the end, whose first turn of a wheel goes from there: every row more is drawn in vain. */
  overscanAtEnd: 6,
  /** Pixels from the end within which a reader who comes back down is at the end: less than one message. */
  endSlackPx: 24,
}

/** Rows that are in the document: from `start` to before `end`. */
export interface RowRange {
  readonly start: number
  readonly end: number
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
 *     rows of the same shape. The virtualizer lays out; where to scroll is decided here alone.
 */
export class MessageScroller implements ReactiveController {
  isFollowing = true
  readonly #host: ReactiveControllerHost
  readonly #parts: () => ScrollerParts | undefined
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>
  readonly #heights = new Map<number, number>()
  readonly #resize = new ResizeObserver(() => this.#resized())
  #rows: readonly MessageRow[] = []
  #version = -1
  #range: RowRange = { start: 0, end: 0 }
  #anchor: Anchor | undefined
  /** Pixels, as of the latest scrolling, the reader's or ours. */
  #scrollTop = 0
  #widthPx = 0
  #listHeightPx = 0
  #hadFocus = false
  #hasMeasured = false

  constructor(host: ReactiveControllerHost, parts: () => ScrollerParts | undefined) {
    this.#host = host
    this.#parts = parts
    this.#virtualizer = new Virtualizer(this.#options())
    // Rule 3.
    this.#virtualizer.shouldAdjustScrollPositionOnItemSizeChange = () => false
    host.addController(this)
  }

  hostConnected(): void {
    this.#observe()
  }

  hostDisconnected(): void {
    this.#resize.disconnect()
  }

  /** Which of the rows to render. `version` is another one when the rows have changed. */
  layOut(rows: readonly MessageRow[], version: number): RowRange {
    const virtualizer = this.#virtualizer
    this.#rows = rows
    if (version !== this.#version) {
      this.#version = version
      virtualizer.setOptions(this.#options())
    }
    virtualizer.options.overscan = this.isFollowing ? scrollerLimits.overscanAtEnd : scrollerLimits.overscan
    virtualizer.scrollOffset = Math.max(0, this.#offset())
    const items = virtualizer.getVirtualItems()
    this.#range = { start: items[0]?.index ?? 0, end: (items.at(-1)?.index ?? -1) + 1 }
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
    for (const { key } of rows) this.#virtualizer.itemSizeCache.delete(key)
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
    this.#virtualizer.scrollOffset = Math.max(0, this.#offset())
    const items = this.#virtualizer.getVirtualItems()
    const isSame = items[0]?.index === this.#range.start && items.at(-1)?.index === this.#range.end - 1
    if (!isSame) this.#host.requestUpdate()
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

  #options(): ConstructorParameters<typeof Virtualizer<HTMLElement, HTMLElement>>[0] {
    const rows = this.#rows
    return {
      count: rows.length,
      // A new function each time: the virtualizer keeps its layout as long as it has the same one.
      getItemKey: (index) => rows[index]?.key ?? index,
      estimateSize: (index) => this.#guess(rows[index]?.shape ?? 0),
      overscan: scrollerLimits.overscan,
      initialRect: { width: 640, height: 640 },
      // It lays out, and touches no element.
      getScrollElement: () => null,
      observeElementRect: () => {},
      observeElementOffset: () => {},
      scrollToFn: () => {},
      onChange: () => {
        this.#hasMeasured = true
      },
    }
  }

  #guess(shape: number): number {
    return this.#heights.get(shape) ?? guessedHeightPx(shape)
  }

  /** Where the view is in the virtualizer's layout, in pixels. */
  #offset(): number {
    const total = this.#virtualizer.getTotalSize()
    if (this.isFollowing) return total - (this.#virtualizer.scrollRect?.height ?? 0)
    if (!this.#anchor) return this.#scrollTop
    return (this.#virtualizer.measurementsCache[this.#anchorIndex()]?.start ?? 0) - this.#anchor.top
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

  /** Whether any height is another one than it was taken for. */
  #measure({ list }: ScrollerParts): boolean {
    this.#hasMeasured = false
    for (const [index, element] of [...list.children].entries()) {
      this.#virtualizer.resizeItem(this.#range.start + index, element.getBoundingClientRect().height)
    }
    if (!this.#hasMeasured) return false
    for (const [index, element] of [...list.children].entries()) {
      const row = this.#rows[this.#range.start + index]
      const height = row && this.#virtualizer.itemSizeCache.get(row.key)
      // One that is unfolded says nothing about others.
      if (row && height && !element.querySelector('details[open]')) this.#heights.set(row.shape, height)
    }
    // Other rows may be in view now; before the browser paints.
    void this.#host.updateComplete.then(() => this.#host.requestUpdate())
    return true
  }

  /** Through the object model: the page's policy allows no style attributes. */
  #setRoom({ before, after }: ScrollerParts): void {
    const total = this.#virtualizer.getTotalSize()
    const { measurementsCache: layout } = this.#virtualizer
    before.style.blockSize = `${layout[this.#range.start]?.start ?? 0}px`
    after.style.blockSize = `${total - (layout[this.#range.end - 1]?.end ?? 0)}px`
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
    if (!this.#virtualizer.scrollRect) this.#readRect(parts.view)
  }

  /** What changed by an update of ours is known. The rest of the work waits: within an observer it would never end. */
  #resized(): void {
    const parts = this.#parts()
    if (!parts) return
    const { view, list } = parts
    const { width, height } = this.#virtualizer.scrollRect ?? {}
    const isSameRoom = view.clientWidth === width && view.clientHeight === height
    if (isSameRoom && Math.abs(list.offsetHeight - this.#listHeightPx) <= 1) return
    this.#readRect(view)
    this.#restore(parts)
    requestAnimationFrame(() => this.#host.requestUpdate())
  }

  #readRect(view: HTMLElement): void {
    const { clientWidth: width, clientHeight: height } = view
    this.#virtualizer.scrollRect = { width, height }
    if (width === this.#widthPx || width === 0) return
    this.#widthPx = width
    // All heights are other ones now.
    this.#heights.clear()
    this.#virtualizer.measure()
  }
}

const topIn = (view: Element, row: Element): number =>
  row.getBoundingClientRect().top - view.getBoundingClientRect().top
