#!/bin/sh
# Puts keys into the vault between provisioning and publishing, so that the router finds them when it starts.
#   Made here        the keys of callers and operators (GENERATED_KEYS), unless the vault has them: 64 random hex digits.
#   Taken or asked   the keys of endpoints (PROVIDED_KEYS): from the environment under the setting's name, such as OPENAI_API_KEY,
#                    or from the terminal. Without one the router starts all the same, and that endpoint is out as misconfigured.
# Both lists are outputs of the template: SETTING=secret, separated by spaces. No key is printed or stands in a command line.
set -eu

WAIT=${KEYS_WAIT:-15}
TRIES=20
new=$(mktemp)
trap 'rm -f "$new"; if [ -t 0 ]; then stty echo; fi' EXIT
trap 'exit 130' INT TERM
chmod 600 "$new"

vault() { az keyvault secret "$@" --vault-name "$AZURE_KEY_VAULT_NAME" --subscription "$AZURE_SUBSCRIPTION_ID"; }
has() { vault show --name "$1" --query id --output tsv >/dev/null 2>&1; }
put() { vault set --name "$1" --file "$new" --encoding utf-8 --query id --output tsv >/dev/null; }

if ! az account show >/dev/null 2>&1; then
  echo "Sign the Azure CLI in (az login), then: azd hooks run postprovision" >&2
  exit 1
fi

# The right to write was given a moment ago and takes some minutes to be known everywhere.
try=1
until refusal=$(vault list --maxresults 1 --output none 2>&1); do
  if [ "$try" -ge "$TRIES" ]; then
    echo "The vault $AZURE_KEY_VAULT_NAME does not let you in: $refusal" >&2
    echo "You need \"Key Vault Secrets Officer\" on it (vaultWriterPrincipalId), and with privateNetworking a place inside the network." >&2
    exit 1
  fi
  try=$((try + 1))
  sleep "$WAIT"
done

changed=
for pair in ${GENERATED_KEYS:-}; do
  secret=${pair#*=}
  if ! has "$secret"; then
    key=$(openssl rand -hex 32)
    printf %s "$key" >"$new"
    put "$secret"
    changed=yes
    echo "Made the secret $secret. Read it with: az keyvault secret show --vault-name $AZURE_KEY_VAULT_NAME --name $secret --query value --output tsv"
  fi
done

missing=
for pair in ${PROVIDED_KEYS:-}; do
  setting=${pair%%=*}
  secret=${pair#*=}
  if has "$secret"; then
    continue
  fi
  eval "key=\${$setting:-}"
  if [ -z "$key" ] && [ -t 0 ]; then
    printf 'Key for %s (empty: later): ' "$setting" >&2
    stty -echo
    read -r key || key=
    stty echo
    echo >&2
  fi
  if [ -z "$key" ]; then
    missing="$missing $secret"
    continue
  fi
  printf %s "$key" >"$new"
  put "$secret"
  changed=yes
  echo "Stored the secret $secret."
done

# The app has looked for its references already and keeps what it found, or did not find, for up to a day.
if [ -n "$changed" ]; then
  az rest --method post --output none --url "https://management.azure.com/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP/providers/Microsoft.Web/sites/$AZURE_FUNCTION_APP_NAME/config/configreferences/appsettings/refresh?api-version=2022-03-01" ||
    echo "The app was not told of its keys: az functionapp restart -g $AZURE_RESOURCE_GROUP -n $AZURE_FUNCTION_APP_NAME" >&2
fi

for secret in $missing; do
  echo "Still missing: $secret. Write the key into a file, then:"
  echo "  az keyvault secret set --vault-name $AZURE_KEY_VAULT_NAME --name $secret --file <file>"
  echo "  az functionapp restart -g $AZURE_RESOURCE_GROUP -n $AZURE_FUNCTION_APP_NAME"
done
echo "Base URL for callers: $SERVICE_ROUTER_ENDPOINT_URL"
