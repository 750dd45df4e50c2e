import type { LitElement, ReactiveController } from 'lit'

/** Called with the focused element before an update. If the update removes it, the returned function gives its heir. */
type PickHeir = (focused: Element) => () => HTMLElement | null | undefined

/**
 * Keeps the focus in its host when an update removes or moves the focused element. Without this, the browser would move
 * the focus to the beginning of the page, and a keyboard user would have to start again from there.
 */
export class FocusHeir implements ReactiveController {
  readonly #host: LitElement
  readonly #pick: PickHeir
  #restoreFocus: (() => void) | undefined

  constructor(host: LitElement, pick: PickHeir) {
    this.#host = host
    this.#pick = pick
  }

  hostUpdate(): void {
    const focused = this.#host.shadowRoot?.activeElement
    if (!(focused instanceof HTMLElement)) return
    const heir = this.#pick(focused)
    this.#restoreFocus = () => {
      if (!this.#host.shadowRoot?.activeElement) (focused.isConnected ? focused : heir())?.focus()
    }
  }

  hostUpdated(): void {
    this.#restoreFocus?.()
    this.#restoreFocus = undefined
  }
}
