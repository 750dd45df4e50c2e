import { svg, type SVGTemplateResult } from 'lit'
import { encodeQR } from 'qr'

/** Modules of white all around: the standard's four, in a dark page too, or many a camera finds no code. */
const quietZone = 4

/** The dark modules of a code as one path, a run of each row at a time; one unit is one module. */
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

/** A QR code that reads as `text`; drawn by Lit, so nothing is parsed as markup. Black on white whatever the theme. */
export const qrCode = (text: string): SVGTemplateResult => {
  const modules = encodeQR(text, 'raw', { border: quietZone, ecc: 'medium' })
  const size = modules.length
  return svg`<svg class="qr" role="img" aria-label=${text} viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">
    <rect width=${size} height=${size} fill="#fff" />
    <path d=${qrPath(modules)} fill="#000" />
  </svg>`
}
