import { html, type TemplateResult } from 'lit'
import type { WireFilter } from './wire-record.ts'

interface WireControls {
  readonly filter: WireFilter
  /** Neighbours to choose from. The chosen neighbour is offered even after it left. */
  readonly peers: readonly string[]
  readonly isPaused: boolean
  readonly onFilter: (change: Partial<WireFilter>) => void
  readonly onPause: () => void
  readonly onClear: () => void
}

/** Controls to choose the neighbour and the direction, to pause and to clear. */
export const wireControls = ({ filter, peers, isPaused, onFilter, onPause, onClear }: WireControls): TemplateResult => {
  const { peer, direction } = filter
  const offered = [...new Set([...peers, ...(peer === undefined ? [] : [peer])])].sort()
  return html`
    <div class="controls">
      <label>
        <span class="unseen">Link</span>
        <select @change=${(event: Event) => onFilter({ peer: valueOf(event) || undefined })}>
          <option value="" ?selected=${peer === undefined}>All links</option>
          ${offered.map((name) => html`<option value=${name} ?selected=${name === peer}>${name}</option>`)}
        </select>
      </label>
      <label>
        <span class="unseen">Direction</span>
        <select @change=${(event: Event) => onFilter({ direction: directionOf(valueOf(event)) })}>
          <option value="" ?selected=${direction === undefined}>In and out</option>
          <option value="in" ?selected=${direction === 'in'}>In only</option>
          <option value="out" ?selected=${direction === 'out'}>Out only</option>
        </select>
      </label>
      <button type="button" @click=${onPause}>${isPaused ? 'Resume' : 'Pause'}</button>
      <button type="button" @click=${onClear}>Clear</button>
    </div>
  `
}

const valueOf = ({ currentTarget }: Event): string => (currentTarget as HTMLSelectElement).value

const directionOf = (value: string): WireFilter['direction'] => (value === 'in' || value === 'out' ? value : undefined)
