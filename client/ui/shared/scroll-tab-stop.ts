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
  #observed: ReadonlySet<Element> = new Set()

  constructor(host: LitElement, selector?: string) {
    this.#host = host
    this.#selector = selector
  }

  /** Requests an update, so that a host that returns to the document observes its regions again. */
  hostConnected(): void {
    this.#host.requestUpdate()
  }

  hostUpdated(): void {
    const regions = new Set(this.#regions())
    for (const region of this.#observed) if (!regions.has(region)) this.#resize.unobserve(region)
    for (const region of regions) if (!this.#observed.has(region)) this.#resize.observe(region)
    this.#observed = regions
    for (const region of regions) updateTabStop(region)
  }

  hostDisconnected(): void {
    this.#resize.disconnect()
    this.#observed = new Set()
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
