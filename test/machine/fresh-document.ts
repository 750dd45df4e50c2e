import { beforeAll } from 'vitest'
import { page } from 'vitest/browser'

// The files of the page project share one document. This reset gives each file the document as the first file found
// it.
beforeAll(async () => {
  for (const element of [document.documentElement, document.body]) element.removeAttribute('style')
  document.body.replaceChildren()
  await page.viewport(414, 896)
})
