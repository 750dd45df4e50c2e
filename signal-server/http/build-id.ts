/** The `name` of the `meta` element in `index.html` that holds the build id. */
export const buildMetaName = 'grapevine-build'

const metaTag = new RegExp(`<meta name="${buildMetaName}" content="([A-Za-z0-9_-]{1,32})"`)

/**
 * Which build of the page an `index.html` belongs to: the same sources give the same id, so a server that is built again
 * without a change is no newer one. Undefined for a page without an id, such as the development server's.
 */
export const parseBuildId = (html: string): string | undefined => metaTag.exec(html)?.[1]

/** `fileNames`: all files of the build, each named by a hash of its content. `hash`: of a text, in base64url. */
export const withBuildId = (html: string, fileNames: readonly string[], hash: (text: string) => string): string => {
  const id = hash([html, ...fileNames.toSorted()].join('\n')).slice(0, 12)
  return html.replace('</head>', `  <meta name="${buildMetaName}" content="${id}" />\n  </head>`)
}
