/** The `name` of the `meta` element in `index.html` that contains the build id. */
export const buildMetaName = 'grapevine-build'

const metaTag = new RegExp(`<meta name="${buildMetaName}" content="([A-Za-z0-9_-]{1,32})"`)

/**
 * The build that an `index.html` belongs to. The same sources give the same id, so a build without changes is no newer
 * build. Undefined for a page without an id, such as the development server's.
 */
export const parseBuildId = (html: string): string | undefined => metaTag.exec(html)?.[1]

/** `fileNames`: all files of the build, whose names contain a hash of the content. `hash`: in base64url. */
export const withBuildId = (html: string, fileNames: readonly string[], hash: (text: string) => string): string => {
  const id = hash([html, ...fileNames.toSorted()].join('\n')).slice(0, 12)
  return html.replace('</head>', `  <meta name="${buildMetaName}" content="${id}" />\n  </head>`)
}
