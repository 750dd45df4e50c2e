/** Rows in the document for a reader who left the end, and how many more each press of the button shows: some screens. */
export const rowsAtOnce = 100

/**
 * For who follows, what fills the view, and some to scroll up to: with hundreds of envelopes a second all of them are
 * new at each update. Rows are 28 pixels high where nobody changed the size of text; a third less is reckoned with.
 */
export const rowsFollowed = (viewPx: number): number => Math.min(rowsAtOnce, Math.ceil(viewPx / 19) + 8)
