import { html, type TemplateResult } from 'lit'
import type { WireTotal } from '../../../node/api/grapevine.ts'
import { wirePurposes } from './wire-words.ts'

/** The count of each type, with a switch to show or hide it; and an explanation of the types. */
export const wireTotals = (
  totals: ReadonlyMap<string, WireTotal>,
  hiddenTypes: ReadonlySet<string>,
  onType: (type: string) => void,
): TemplateResult => {
  const types = [...new Set([...Object.keys(wirePurposes), ...totals.keys(), ...hiddenTypes])].filter(
    (type) => totals.has(type) || hiddenTypes.has(type),
  )
  const all = [...totals.values()]
  const sum = (pick: (total: WireTotal) => number): string =>
    all.reduce((total, each) => total + pick(each), 0).toLocaleString('en')
  return html`
    <h3 id="totals">Totals by type</h3>
    <table class="totals" aria-labelledby="totals">
      <thead>
        <tr>
          <th scope="col">Show</th>
          <th scope="col">Count</th>
          <th scope="col">Bytes</th>
        </tr>
      </thead>
      <tbody>
        ${types.map((type) => {
          const { count, bytes } = totals.get(type) ?? { count: 0, bytes: 0 }
          return html`
            <tr>
              <th scope="row">
                <label title=${wirePurposes[type] ?? ''}>
                  <input type="checkbox" .checked=${!hiddenTypes.has(type)} @change=${() => onType(type)} />${type}
                </label>
              </th>
              <td>${count.toLocaleString('en')}</td>
              <td>${bytes.toLocaleString('en')}</td>
            </tr>
          `
        })}
        <tr>
          <th scope="row">All</th>
          <td>${sum(({ count }) => count)}</td>
          <td>${sum(({ bytes }) => bytes)}</td>
        </tr>
      </tbody>
    </table>
    <details>
      <summary>What the types are for</summary>
      <dl>
        ${Object.entries(wirePurposes).map(
          ([type, purpose]) => html`
            <dt>${type}</dt>
            <dd>${purpose}</dd>
          `,
        )}
      </dl>
    </details>
  `
}
