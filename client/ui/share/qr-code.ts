import { svg, type SVGTemplateResult } from 'lit'
import { encodeQR } from 'qr'

/** The white margin in modules: four, as the standard requires. Without it many cameras find no code on a dark page. */
const quietZone = 4

/** The dark modules of a code as one path, with one rectangle for each run in a row; one unit is one module. */
export const qrPath = (modules: readonly (readonly boolean[])[]): string =>
  modules
    .flatMap((row, y) =>
      row.flatMap((isDark, x) => {
        if (!isDark || row[x - 1] === true) return []
        const end = row.indexOf(false, x)
        const run = (end < 0 ? row.length : end) - x
        return [`M${x} ${y}h${run}v1h-${run}z`]
      }),
    )
    .join('')

/** A QR code that contains `text`. Lit draws it, so nothing is parsed as markup. Black on white in every theme. */
export const qrCode = (text: string): SVGTemplateResult => {
  const modules = encodeQR(text, 'raw', { border: quietZone, ecc: 'medium' })
  const size = modules.length
  return svg`<svg class="qr" role="img" aria-label=${text} viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">
    <rect width=${size} height=${size} fill="#fff" />
    <path d=${qrPath(modules)} fill="#000" />
  </svg>`
}
