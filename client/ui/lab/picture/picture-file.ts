/** Pixels of the bitmap for each pixel of the picture. */
const bitmapScale = 2

/** The SVG attributes that give an element its look without a style sheet. */
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

/** Initial values: an attribute with such a value is left out. */
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

const textLooks: ReadonlySet<string> = new Set(looks.filter((look) => /^(?:font|text-|dominant)/.test(look)))

/**
 * Returns the drawn picture as a self-contained file: in light colours whatever the page uses, with its background,
 * with the values of style sheets as attributes, and with colours as sRGB (programs other than browsers do not know
 * `oklch()`).
 */
export const pictureSvg = (drawn: SVGSVGElement, title: string): string => {
  const stage = document.createElement('div')
  stage.className = 'still'
  const copy = drawn.cloneNode(true) as SVGSVGElement
  stage.append(copy)
  // As a sibling of the drawn picture the copy gets the same style sheets and the same inherited values.
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
  // Reads everything first and then writes: alternating would make the browser compute the styles again each time.
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

/** Removes what templates leave behind: comments, and blanks between elements. */
const tidy = (picture: SVGSVGElement): void => {
  const nodes = document.createNodeIterator(picture, NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_TEXT)
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const isBlank = node.nodeType === Node.COMMENT_NODE || (node.textContent ?? '').trim() === ''
    if (isBlank) node.parentNode?.removeChild(node)
  }
}

/** Undefined if nothing of the element is visible. */
const attributesOf = (element: Element, toSrgb: (colour: string) => string): [string, string][] | undefined => {
  if (element.tagName === 'title') return []
  const style = getComputedStyle(element)
  const isUnseen = style.display === 'none' || style.visibility === 'hidden' || Number(style.opacity) === 0
  const [fill, stroke] = [style.fill, style.stroke].map((paint) => (paint === 'none' ? paint : toSrgb(paint)))
  const isShape = !['g', 'text', 'tspan', 'svg', 'defs', 'marker'].includes(element.tagName)
  if (isUnseen || (isShape && fill === 'none' && stroke === 'none')) return undefined
  return looks.flatMap((look): [string, string][] => {
    if (element.tagName === 'g' || (textLooks.has(look) && !/^t(?:ext|span)$/.test(element.tagName))) return []
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

/** Converts any CSS colour to `#rrggbb`; to `#rrggbbaa` if it is translucent; to `none` if it is transparent. */
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

/** Renders the SVG as a PNG in the browser. The page's content security policy allows images from `blob:`. */
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
