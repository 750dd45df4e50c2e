#!/usr/bin/env bash
# One guess: a bundler for CSS leaves the value of a custom property as it is, since only its use shows what it means; a library
# can ship `--paper: light-dark(white, black)` and leave `color-scheme` to the page.
# What happens: Vite 8 (Lightning CSS) rewrites light-dark() inside custom properties too, to two variables that it defines only
# beside a `color-scheme` declaration in the same build. Without one nobody defines them: --paper has the value of neither, and
# every declaration that uses it is invalid at computed-value time. The development server serves the file unchanged.
# Versions: vite 8.3.8, Node 20.20. Seen on 2026-12-01.
# Output:
#   :root{--paper:var(--lightningcss-light,#fff)var(--lightningcss-dark,#000)}body{background:var(--paper)}
#   definitions of --lightningcss-light: 0, with a color-scheme beside it: 2
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund vite@8.3.8 >/dev/null
cat >tokens.mjs <<'JS'
import { writeFileSync } from 'node:fs'
import { build } from 'vite'
const built = async (css) => {
  writeFileSync('tokens.css', css)
  writeFileSync('main.js', 'import "./tokens.css"\n')
  const { output } = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, rollupOptions: { input: 'main.js' } },
  })
  return String(output.find(({ fileName }) => fileName.endsWith('.css')).source).trim()
}
const count = (css) => css.split('--lightningcss-light:').length - 1
const tokens = ':root { --paper: light-dark(white, black); } body { background: var(--paper); }'
const alone = await built(tokens)
const beside = await built(`${tokens} html { color-scheme: light dark; }`)
console.log(alone)
console.log(`definitions of --lightningcss-light: ${count(alone)}, with a color-scheme beside it: ${count(beside)}`)
process.exit(alone.includes('--paper:var(--lightningcss-light') && count(alone) === 0 && count(beside) > 0 ? 0 : 1)
JS
node tokens.mjs
