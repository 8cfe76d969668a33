# keys.sh for PowerShell 7: what it does and why is written there.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false
$wait = $env:KEYS_WAIT ? [int]$env:KEYS_WAIT : 15
$tries = 20
$new = New-TemporaryFile

function Invoke-Vault { az keyvault secret @args --vault-name $env:AZURE_KEY_VAULT_NAME --subscription $env:AZURE_SUBSCRIPTION_ID }
function Test-Secret($name) { Invoke-Vault show --name $name --query id --output tsv 2>$null | Out-Null; $LASTEXITCODE -eq 0 }
function Set-Secret($name, $value) {
    [IO.File]::WriteAllText($new, $value)
    Invoke-Vault set --name $name --file $new --encoding utf-8 --query id --output tsv | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "The secret $name could not be stored." }
}

try {
    az account show 2>$null | Out-Null
    if ($LASTEXITCODE -ne 0) { throw 'Sign the Azure CLI in (az login), then: azd hooks run postprovision' }

    # The right to write was given a moment ago and takes some minutes to be known everywhere.
    for ($try = 1; ; $try++) {
        $refusal = Invoke-Vault list --maxresults 1 --output none 2>&1
        if ($LASTEXITCODE -eq 0) { break }
        if ($try -ge $tries) {
            throw "The vault $env:AZURE_KEY_VAULT_NAME does not let you in: $refusal`nYou need ""Key Vault Secrets Officer"" on it (vaultWriterPrincipalId), and with privateNetworking a place inside the network."
        }
        Start-Sleep -Seconds $wait
    }

    $changed = $false
    foreach ($pair in "$env:GENERATED_KEYS".Split(' ', [StringSplitOptions]::RemoveEmptyEntries)) {
        $secret = $pair.Split('=', 2)[1]
        if (Test-Secret $secret) { continue }
        Set-Secret $secret ([Convert]::ToHexString([Security.Cryptography.RandomNumberGenerator]::GetBytes(32)).ToLowerInvariant())
        $changed = $true
        Write-Host "Made the secret $secret. Read it with: az keyvault secret show --vault-name $env:AZURE_KEY_VAULT_NAME --name $secret --query value --output tsv"
    }

    $missing = @()
    foreach ($pair in "$env:PROVIDED_KEYS".Split(' ', [StringSplitOptions]::RemoveEmptyEntries)) {
        $setting, $secret = $pair.Split('=', 2)
        if (Test-Secret $secret) { continue }
        $key = [Environment]::GetEnvironmentVariable($setting)
        if (-not $key -and -not [Console]::IsInputRedirected) {
            $key = Read-Host "Key for $setting (empty: later)" -MaskInput
        }
        if (-not $key) { $missing += $secret; continue }
        Set-Secret $secret $key
        $changed = $true
        Write-Host "Stored the secret $secret."
    }

    # The app has looked for its references already and keeps what it found, or did not find, for up to a day.
    if ($changed) {
        az rest --method post --output none --url "https://management.azure.com/subscriptions/$env:AZURE_SUBSCRIPTION_ID/resourceGroups/$env:AZURE_RESOURCE_GROUP/providers/Microsoft.Web/sites/$env:AZURE_FUNCTION_APP_NAME/config/configreferences/appsettings/refresh?api-version=2022-03-01"
        if ($LASTEXITCODE -ne 0) { Write-Warning "The app was not told of its keys: az functionapp restart -g $env:AZURE_RESOURCE_GROUP -n $env:AZURE_FUNCTION_APP_NAME" }
    }

    foreach ($secret in $missing) {
        Write-Host "Still missing: $secret. Write the key into a file, then:"
        Write-Host "  az keyvault secret set --vault-name $env:AZURE_KEY_VAULT_NAME --name $secret --file <file>"
        Write-Host "  az functionapp restart -g $env:AZURE_RESOURCE_GROUP -n $env:AZURE_FUNCTION_APP_NAME"
    }
    Write-Host "Base URL for callers: $env:SERVICE_ROUTER_ENDPOINT_URL"
}
finally {
    Remove-Item $new
}
