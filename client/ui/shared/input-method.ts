/**
 * Whether a key belongs to an input method: Enter accepts its suggestion, Escape drops it. While one composes, browsers say
 * so. Safari ends the composing before it reports the key that did it; only the old `keyCode` tells (UI Events, 7.3.1).
 */
export const isOfInputMethod = ({ isComposing, keyCode }: KeyboardEvent): boolean => isComposing || keyCode === 229
