/**
 * Whether a key belongs to an input method: Enter accepts its suggestion, Escape discards it. Browsers set
 * `isComposing` while a person composes. Safari ends the composition before it reports the key that ended it, so there
 * only the old `keyCode` identifies such a key (UI Events, 7.3.1).
 */
export const isOfInputMethod = ({ isComposing, keyCode }: KeyboardEvent): boolean => isComposing || keyCode === 229
