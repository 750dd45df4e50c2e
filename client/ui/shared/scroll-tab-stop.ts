import type { LitElement, ReactiveController } from 'lit'

/**
 * Makes scrollable regions reachable by the Tab key while their content does not fit (WCAG 2.1.1). The Tab key skips a
 * region whose content fits.
 */
export class ScrollTabStop implements ReactiveController {
  readonly #host: LitElement
  /** Selects the regions in the host's shadow root; undefined: the host itself is the region. */
  readonly #selector: string | undefined
  readonly #resize = new ResizeObserver((entries) => {
    for (const { target } of entries) updateTabStop(target)
  })

  constructor(host: LitElement, selector?: string) {
    this.#host = host
    this.#selector = selector
  }

  /** Requests an update, so that a host that returns to the document observes its regions again. */
  hostConnected(): void {
    this.#host.requestUpdate()
  }

  /** The observer reports each newly observed region in the next frame, after its layout: reading sizes here would cause one. */
  hostUpdated(): void {
    this.#resize.disconnect()
    for (const region of this.#regions()) this.#resize.observe(region)
  }

  hostDisconnected(): void {
    this.#resize.disconnect()
  }

  #regions(): readonly Element[] {
    if (this.#selector === undefined) return [this.#host]
    return [...(this.#host.shadowRoot?.querySelectorAll(this.#selector) ?? [])]
  }
}

/** Updates one region, for a region that has just become visible. */
export const updateTabStop = (region: Element): void => {
  const isCut = region.scrollHeight > region.clientHeight || region.scrollWidth > region.clientWidth
  if (isCut) region.setAttribute('tabindex', '0')
  else region.removeAttribute('tabindex')
}
