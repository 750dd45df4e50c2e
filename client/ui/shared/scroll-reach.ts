import type { LitElement, ReactiveController } from 'lit'

/**
 * Makes regions that a person may have to scroll reachable by the Tab key, as long as there is something to scroll
 * (WCAG 2.1.1); one that fits is no stop on the way.
 */
export class ScrollReach implements ReactiveController {
  readonly #host: LitElement
  /** In the host's shadow root; undefined: the host itself. */
  readonly #selector: string | undefined
  readonly #resize = new ResizeObserver((entries) => {
    for (const { target } of entries) reach(target)
  })
  #observed: ReadonlySet<Element> = new Set()

  constructor(host: LitElement, selector?: string) {
    this.#host = host
    this.#selector = selector
  }

  /** Back in the document: what was observed is observed again. */
  hostConnected(): void {
    this.#host.requestUpdate()
  }

  hostUpdated(): void {
    const regions = new Set(this.#regions())
    for (const region of this.#observed) if (!regions.has(region)) this.#resize.unobserve(region)
    for (const region of regions) if (!this.#observed.has(region)) this.#resize.observe(region)
    this.#observed = regions
    for (const region of regions) reach(region)
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

/** Once, for a region that has just come into sight. */
export const reach = (region: Element): void => {
  const isCut = region.scrollHeight > region.clientHeight || region.scrollWidth > region.clientWidth
  if (isCut) region.setAttribute('tabindex', '0')
  else region.removeAttribute('tabindex')
}
