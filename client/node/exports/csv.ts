/**
 * Spreadsheets evaluate a cell that begins like this as a formula; some do it for the full-width signs, too. See OWASP,
 * "CSV Injection".
 */
const beginsLikeFormula = /^['=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

/**
 * One row (RFC 4180). A cell that begins like a formula, or with `'`, gets a `'` before it. A reader who removes one leading
 * `'` has the original text.
 */
export const csvRow = (cells: readonly (string | number)[]): string => `${cells.map(csvCell).join(',')}\r\n`

const csvCell = (cell: string | number): string => {
  if (typeof cell === 'number') return String(cell)
  const guarded = beginsLikeFormula.test(cell) ? `'${cell}` : cell
  return /[",\r\n]|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
