/** The text of a file in pieces: it may have many megabytes, and the page has other work between them. */
export type FileText = Generator<string, void>

/** An object in JSON whose last member is a list, each item on a line of its own. */
export function* listText<Item>(
  head: object,
  name: string,
  items: readonly Item[],
  exported: (item: Item) => unknown,
): FileText {
  yield `${JSON.stringify(head).slice(0, -1)},${JSON.stringify(name)}:[`
  for (const [index, item] of items.entries()) yield `${index === 0 ? '\n' : ',\n'}${JSON.stringify(exported(item))}`
  yield `${items.length > 0 ? '\n' : ''}]}\n`
}

/** The work before other tasks get a turn: some milliseconds. */
const perTurn = { pieces: 64, chars: 32_768 }

/** The whole text. `breathe` resolves in a later task. */
export const gatherText = async (text: FileText, breathe: () => Promise<void>): Promise<string> => {
  const pieces: string[] = []
  let left = perTurn
  for (const piece of text) {
    pieces.push(piece)
    left = { pieces: left.pieces - 1, chars: left.chars - piece.length }
    if (left.pieces > 0 && left.chars > 0) continue
    await breathe()
    left = perTurn
  }
  return pieces.join('')
}
