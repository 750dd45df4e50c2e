import { css } from 'lit'

const hueCount = 8

/** One of `hue-0` … `hue-7`: a node has the same colour in every tab, and node1, node2, node3 differ. */
export const pickHue = (name: string): string => {
  let sum = 0
  for (let index = 0; index < name.length; index += 1) sum = (sum * 31 + name.charCodeAt(index)) % 65_521
  return `hue-${sum % hueCount}`
}

export const hues = css`
  .hue-0 {
    --hue: var(--hue-0);
  }
  .hue-1 {
    --hue: var(--hue-1);
  }
  .hue-2 {
    --hue: var(--hue-2);
  }
  .hue-3 {
    --hue: var(--hue-3);
  }
  .hue-4 {
    --hue: var(--hue-4);
  }
  .hue-5 {
    --hue: var(--hue-5);
  }
  .hue-6 {
    --hue: var(--hue-6);
  }
  .hue-7 {
    --hue: var(--hue-7);
  }
`
