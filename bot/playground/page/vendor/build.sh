#!/bin/sh
# Builds the page's two libraries anew: preact.js, and adaptivecards.js for the Teams tab. Needs node and npm; nothing of
# this runs with the playground.
set -eu
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp ./*_entry.js "$folder"
(
  cd "$folder"
  npm install --silent --no-save --ignore-scripts preact@11.2.0 htm@3.1.1 adaptivecards@3.0.6 esbuild@0.28.2
  node node_modules/esbuild/install.js
  bundle() {
    npx --no-install esbuild "$1_entry.js" --bundle --minify --format=esm --target=es2022 --legal-comments=none \
      --banner:js="/* $2, bundled by build.sh; licences beside it. */" --outfile="$1.js"
  }
  bundle preact "preact 11.2.0 (MIT) and htm 3.1.1 (Apache-2.0)"
  bundle adaptivecards "adaptivecards 3.0.6 (MIT)"
  # A warning of its own names the shop it came from; nothing here should look as if it were loaded from there.
  sed -i 's,https://[a-z.]*/package/adaptivecards#supporting-markdown,the README of adaptivecards,' adaptivecards.js
)
cp "$folder/preact.js" "$folder/adaptivecards.js" .
for name in preact htm adaptivecards; do cp "$folder/node_modules/$name/LICENSE" "LICENSE.$name"; done
wc -c preact.js adaptivecards.js
