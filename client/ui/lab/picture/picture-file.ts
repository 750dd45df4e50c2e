/** Pixels of the bitmap for each of the picture. */
const bitmapScale = 2

/** What an element of the picture looks like, by the attributes that say it without a style sheet. */
const looks = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'paint-order',
  'font-family',
  'font-size',
  'font-weight',
  'font-variant-numeric',
  'text-anchor',
  'dominant-baseline',
] as const

/** Initial values, which need no attribute. */
const initial: Readonly<Record<string, string>> = {
  fill: '#000000',
  'fill-opacity': '1',
  stroke: 'none',
  'stroke-width': '1px',
  'stroke-opacity': '1',
  'stroke-dasharray': 'none',
  'stroke-linecap': 'butt',
  'stroke-linejoin': 'miter',
  opacity: '1',
  'paint-order': 'normal',
  'font-variant-numeric': 'normal',
  'text-anchor': 'start',
  'dominant-baseline': 'auto',
}

const ofText: ReadonlySet<string> = new Set(looks.filter((look) => /^(?:font|text-|dominant)/.test(look)))

/**
 * The drawn picture as a file of its own: in light colours whatever the page has, on its paper, all that style sheets say as
 * attributes, colours as sRGB (`oklch()` is not known outside browsers).
 */
export const pictureSvg = (drawn: SVGSVGElement, title: string): string => {
  const stage = document.createElement('div')
  stage.className = 'still'
  const copy = drawn.cloneNode(true) as SVGSVGElement
  stage.append(copy)
  // Beside the drawn one: the same style sheets, and the same inherited values, reach it.
  drawn.after(stage)
  try {
    return serialized(copy, getComputedStyle(stage).backgroundColor, title)
  } finally {
    stage.remove()
  }
}

const serialized = (picture: SVGSVGElement, paper: string, title: string): string => {
  const toSrgb = createSrgb()
  const { width, height } = picture.viewBox.baseVal
  // First all that is read, then all that is written: each would make the browser work out the styles anew.
  const elements = [...picture.querySelectorAll('*')].map((element) => ({
    element,
    attributes: attributesOf(element, toSrgb),
  }))
  for (const { element, attributes } of elements) {
    if (!attributes) element.remove()
    else for (const [name, value] of attributes) element.setAttribute(name, value)
    element.removeAttribute('class')
  }
  tidy(picture)
  picture.setAttribute('width', String(width))
  picture.setAttribute('height', String(height))
  picture.prepend(
    svgElement('title', {}, title),
    svgElement('rect', { width: String(width), height: String(height), fill: toSrgb(paper) }),
  )
  return `${new XMLSerializer().serializeToString(picture)}\n`
}

/** Without what templates leave behind: comments, and blanks between elements. */
const tidy = (picture: SVGSVGElement): void => {
  const nodes = document.createNodeIterator(picture, NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_TEXT)
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const isBlank = node.nodeType === Node.COMMENT_NODE || (node.textContent ?? '').trim() === ''
    if (isBlank) node.parentNode?.removeChild(node)
  }
}

/** Undefined: nothing of it is seen. */
const attributesOf = (element: Element, toSrgb: (colour: string) => string): [string, string][] | undefined => {
  if (element.tagName === 'title') return []
  const style = getComputedStyle(element)
  const isUnseen = style.display === 'none' || style.visibility === 'hidden' || Number(style.opacity) === 0
  const [fill, stroke] = [style.fill, style.stroke].map((paint) => (paint === 'none' ? paint : toSrgb(paint)))
  const isShape = !['g', 'text', 'tspan', 'svg', 'defs', 'marker'].includes(element.tagName)
  if (isUnseen || (isShape && fill === 'none' && stroke === 'none')) return undefined
  return looks.flatMap((look): [string, string][] => {
    if (element.tagName === 'g' || (ofText.has(look) && !/^t(?:ext|span)$/.test(element.tagName))) return []
    const value = style.getPropertyValue(look).trim()
    const shown = look === 'fill' ? (fill ?? 'none') : look === 'stroke' ? (stroke ?? 'none') : value
    return shown === '' || shown === initial[look] ? [] : [[look, shown]]
  })
}

const svgElement = (tag: string, attributes: Readonly<Record<string, string>>, text = ''): SVGElement => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.textContent = text
  return element
}

/** Any colour of a browser as `#rrggbb`, with two digits more where it lets something through; `none` where it lets all. */
const createSrgb = (): ((colour: string) => string) => {
  const known = new Map<string, string>()
  const canvas = document.createElement('canvas')
  ;[canvas.width, canvas.height] = [1, 1]
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return (colour) => {
    const before = known.get(colour)
    if (before !== undefined || !context) return before ?? colour
    context.clearRect(0, 0, 1, 1)
    context.fillStyle = colour
    context.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data
    const digits = [red, green, blue, ...(alpha < 255 ? [alpha] : [])].map((part) => part.toString(16).padStart(2, '0'))
    const shown = alpha === 0 ? 'none' : `#${digits.join('')}`
    known.set(colour, shown)
    return shown
  }
}

/** The same as a bitmap, drawn by the browser. The page's policy allows images of `blob:`. */
export const picturePng = async (svg: string): Promise<Blob> => {
  const href = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = href
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.naturalWidth * bitmapScale
    canvas.height = image.naturalHeight * bitmapScale
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
    if (!png) throw new Error('the browser made no bitmap of it: save it as SVG')
    return png
  } finally {
    URL.revokeObjectURL(href)
  }
}
