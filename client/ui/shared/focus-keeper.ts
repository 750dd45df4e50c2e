import type { LitElement, ReactiveController } from 'lit'

/** Called with the focused element before an update. If the update removes it, the result gives the next to focus. */
type PickNextFocus = (focused: Element) => () => HTMLElement | null | undefined

/**
 * Keeps the focus in its host when an update removes or moves the focused element. Without this, the browser would move
 * the focus to the beginning of the page, and a keyboard user would have to start again from there.
 */
export class FocusKeeper implements ReactiveController {
  readonly #host: LitElement
  readonly #pick: PickNextFocus
  #restoreFocus: (() => void) | undefined

  constructor(host: LitElement, pick: PickNextFocus) {
    this.#host = host
    this.#pick = pick
  }

  hostUpdate(): void {
    const focused = this.#host.shadowRoot?.activeElement
    if (!(focused instanceof HTMLElement)) return
    const next = this.#pick(focused)
    this.#restoreFocus = () => {
      if (!this.#host.shadowRoot?.activeElement) (focused.isConnected ? focused : next())?.focus()
    }
  }

  hostUpdated(): void {
    this.#restoreFocus?.()
    this.#restoreFocus = undefined
  }
}
