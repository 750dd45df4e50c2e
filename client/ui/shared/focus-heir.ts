import type { LitElement, ReactiveController } from 'lit'

/** Asked with what has the focus; the answer is asked again if an update has taken that away. */
type PickHeir = (focused: Element) => () => HTMLElement | null | undefined

/**
 * Keeps the focus in its host when an update takes away, or moves, what has it: the browser would let it fall to the page's
 * beginning, and a keyboard would have to come all the way again.
 */
export class FocusHeir implements ReactiveController {
  readonly #host: LitElement
  readonly #pick: PickHeir
  #keep: (() => void) | undefined

  constructor(host: LitElement, pick: PickHeir) {
    this.#host = host
    this.#pick = pick
  }

  hostUpdate(): void {
    const focused = this.#host.shadowRoot?.activeElement
    if (!(focused instanceof HTMLElement)) return
    const heir = this.#pick(focused)
    this.#keep = () => {
      if (!this.#host.shadowRoot?.activeElement) (focused.isConnected ? focused : heir())?.focus()
    }
  }

  hostUpdated(): void {
    this.#keep?.()
    this.#keep = undefined
  }
}
