#!/usr/bin/env bash
# One guess: if lit's `repeat` draws a list and its items are replaced a thousand times, the number of nodes stays the
# same.
# What happens: from lit-html 3.3.1 on, every removed item leaves its end marker, a comment node, in the document for
# ever; lit-html 3.3.0 removes the marker. A list that slides (a log, a virtual scroller) grows without end, although
# it shows few rows.
# Versions: lit-html 3.3.0 and 3.3.3, jsdom 26.1.0, Node 20.20. Seen on 2026-11-30. Known: lit/lit#5298.
# Output:
#   lit-html 3.3.0: 31 nodes for 10 rows, 31 after 1000 rows came and went
#   lit-html 3.3.3: 31 nodes for 10 rows, 1031 after 1000 rows came and went
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund jsdom@26.1.0 old@npm:lit-html@3.3.0 new@npm:lit-html@3.3.3 >/dev/null
cat >count.mjs <<'JS'
import { JSDOM } from 'jsdom'
const { window } = new JSDOM('<ol></ol>')
for (const name of ['document', 'Node', 'Comment', 'Element']) globalThis[name] = window[name]
const lit = process.argv[2]
const { html, render } = await import(lit)
const { repeat } = await import(`${lit}/directives/repeat.js`)
const list = document.querySelector('ol')
const show = (first) =>
  render(repeat(Array.from({ length: 10 }, (_, index) => first + index), (id) => id, (id) => html`<li>${id}</li>`), list)
show(0)
const before = list.childNodes.length
for (let first = 1; first <= 1000; first += 1) show(first)
console.log(before, list.childNodes.length, list.children.length)
JS
read -r before_old after_old _ < <(node count.mjs old)
read -r before_new after_new rows < <(node count.mjs new)
echo "lit-html 3.3.0: $before_old nodes for $rows rows, $after_old after 1000 rows came and went"
echo "lit-html 3.3.3: $before_new nodes for $rows rows, $after_new after 1000 rows came and went"
[ "$after_old" -eq "$before_old" ] && [ "$after_new" -eq $((before_new + 1000)) ]
