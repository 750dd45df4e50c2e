import type { LabTab, LabView } from './lab-views.ts'

type Load =
  | { readonly status: 'loading'; readonly view: Promise<LabView | undefined> }
  | { readonly status: 'loaded'; readonly view: LabView }
  | { readonly status: 'failed' }

/** Loads each view of the lab once. After a failure it waits for `forget`. */
export class ViewLoader {
  readonly #loads = new Map<string, Load>()
  readonly #onChange: () => void

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  statusOf(id: string): Load['status'] | undefined {
    return this.#loads.get(id)?.status
  }

  get loaded(): ReadonlyMap<string, LabView> {
    return new Map([...this.#loads].flatMap(([id, load]) => (load.status === 'loaded' ? [[id, load.view]] : [])))
  }

  /** Undefined if the view could not be loaded. */
  async load(tab: LabTab): Promise<LabView | undefined> {
    const load = this.#loads.get(tab.id)
    if (load) return load.status === 'failed' ? undefined : load.view
    const view = this.#fetch(tab)
    this.#loads.set(tab.id, { status: 'loading', view })
    return view
  }

  /** The next call of `load` tries again. */
  forget(id: string): void {
    this.#loads.delete(id)
    this.#onChange()
  }

  async #fetch(tab: LabTab): Promise<LabView | undefined> {
    try {
      const view = await tab.load()
      this.#loads.set(tab.id, { status: 'loaded', view })
      return view
    } catch {
      // The server is unreachable or has a newer build. The panel shows this and offers another try.
      this.#loads.set(tab.id, { status: 'failed' })
      return undefined
    } finally {
      this.#onChange()
    }
  }
}
