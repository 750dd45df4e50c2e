import { beforeAll } from 'vitest'
import { page } from 'vitest/browser'

// The files of the page project share one document. Each of them finds it as the first one did.
beforeAll(async () => {
  for (const element of [document.documentElement, document.body]) element.removeAttribute('style')
  document.body.replaceChildren()
  await page.viewport(414, 896)
})
