import { hopMarkStyles } from './hop-mark.ts'
import { linkMarkStyles } from './link-mark.ts'
import { nameMarkStyles } from './name-mark.ts'
import { nodeMarkStyles } from './node-mark.ts'

/** All that the picture and its legend are drawn with. Who uses them sets `--paper`, the ground below. */
export const markStyles = [nodeMarkStyles, nameMarkStyles, linkMarkStyles, hopMarkStyles]
