/**
 * Spreadsheets take a cell that begins like this for a formula, and carry it out; some take the full-width signs, too.
 * See OWASP, "CSV Injection".
 */
const beginsLikeFormula = /^['=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

/**
 * One row (RFC 4180). A cell that begins like a formula gets a `'` before it, and so does one that begins with `'`: so
 * nothing is lost, for whoever takes one leading `'` away has the text as it was.
 */
export const csvRow = (cells: readonly (string | number)[]): string => `${cells.map(csvCell).join(',')}\r\n`

const csvCell = (cell: string | number): string => {
  if (typeof cell === 'number') return String(cell)
  const guarded = beginsLikeFormula.test(cell) ? `'${cell}` : cell
  return /[",\r\n]|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
