#!/usr/bin/env bash
# SimpleSAMLphp (Debian's package) as an identity provider on http://127.0.0.1:PORT, from a scratch folder:
#   start.sh PORT FOLDER
# Nothing under /etc is read. The service providers it knows stand in FOLDER/service-providers.json, read anew for every
# request: [{"entity_id": …, "acs_url": …}]; any other key goes into their metadata as it is.
# Stays in the foreground, as PHP's own web server.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
port=$1
folder=$2
application=${SIMPLESAMLPHP_DIR:-/usr/share/simplesamlphp}

mkdir -p "$folder"/{cert,log,data,tmp,sessions}
[ -s "$folder/service-providers.json" ] || echo '[]' >"$folder/service-providers.json"
openssl req -x509 -newkey rsa:2048 -sha256 -nodes -days 30 -subj /CN=simplesamlphp.test \
  -keyout "$folder/cert/idp.key" -out "$folder/cert/idp.pem" 2>/dev/null

export SIMPLESAMLPHP_CONFIG_DIR=$here/config
export IDP_BASE=http://127.0.0.1:$port/ IDP_FOLDER=$folder IDP_METADATA=$here/metadata IDP_APPLICATION=$application
exec php -d display_errors=stderr -d session.save_path="$folder/sessions" -S "127.0.0.1:$port" -t "$application/www"
