#!/bin/sh
# Builds preact.js, the page's only library, anew. Needs node and npm; nothing of this runs with the playground.
set -eu
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp entry.js "$folder"
(
  cd "$folder"
  npm install --silent --no-save --ignore-scripts preact@11.2.0 htm@3.1.1 esbuild@0.28.2
  node node_modules/esbuild/install.js
  npx --no-install esbuild entry.js --bundle --minify --format=esm --target=es2022 --legal-comments=none \
    --banner:js='/* preact 11.2.0 (MIT) and htm 3.1.1 (Apache-2.0), bundled by build.sh; licences beside it. */' \
    --outfile=preact.js
)
cp "$folder/preact.js" preact.js
cp "$folder/node_modules/preact/LICENSE" LICENSE.preact
cp "$folder/node_modules/htm/LICENSE" LICENSE.htm
wc -c preact.js
