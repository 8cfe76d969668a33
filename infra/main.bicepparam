// What one installation is like. Copy it per environment, or let `azd up` fill in what it asks for.
// No key belongs here: keys are secrets of the vault, and this file names them.
using 'main.bicep'

// Short name, part of the names of all resources: azd's environment.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'dev')

// Flex Consumption with .NET 10 has to exist there: az functionapp list-flexconsumption-locations
param location = readEnvironmentVariable('AZURE_LOCATION', 'swedencentral')

param tags = {}

// The first catalog. It seeds storage once; from then on `PUT /manage/catalog` changes it, and this one is not read again.
// Every credential is env:NAME with NAME in keySettings below, or entra with the account in openAiAccountIds.
param catalog = {
  endpoints: {
    openai: {
      kind: 'openai'
      address: 'https://api.openai.com/v1'
      credential: 'env:OPENAI_API_KEY'
    }
    anthropic: {
      kind: 'anthropic'
      address: 'https://api.anthropic.com'
      credential: 'env:ANTHROPIC_API_KEY'
    }
    // An Azure OpenAI account, called with the router's identity:
    // east: {
    //   kind: 'azure-openai'
    //   address: 'https://east.openai.azure.com'
    //   credential: 'entra'
    // }
  }
  models: {
    'gpt-4o': {
      whenUnavailable: 'queue'
      deployments: {
        // Tiers are tried in order. With the account above: east in tier 0, openai in tier 1.
        openai: { tier: 0 }
      }
    }
    'claude-sonnet-4-5': {
      whenUnavailable: 'queue'
      deployments: {
        anthropic: { tier: 0 }
      }
    }
  }
}

// Setting and secret behind it. `azd up` makes the keys of callers and operators, and takes the others from the environment under
// the setting's name, or asks for them. By hand, with the key in a file:
//   az keyvault secret set --vault-name <keyVaultName> --name openai-api-key --file <file>
// and restart the app; later versions of a secret are taken up within a day, or at once with a restart.
param keySettings = [
  { setting: 'OPENAI_API_KEY', secret: 'openai-api-key' }
  { setting: 'ANTHROPIC_API_KEY', secret: 'anthropic-api-key' }
  { setting: 'TEAM_A_KEY', secret: 'team-a-key' }
  { setting: 'ONCALL_KEY', secret: 'oncall-key' }
]

// Who may call, and whose key opens /manage/*: name: setting. Names are letters, digits and underscores, for they become
// part of a setting's name.
param callers = {
  team_a: 'TEAM_A_KEY'
}
param operators = {
  oncall: 'ONCALL_KEY'
}

// Azure OpenAI accounts that the router may call with its identity, as resource ids. Whoever deploys needs the right to
// assign roles on them.
param openAiAccountIds = []

// service-bus, or storage-queue: cheaper, up to a minute slower to notice a message, and without the dead-letter alert.
param fallbackQueue = 'service-bus'
param fallbackQueueName = 'llm-requests'

// Begins every table, container and queue; a second router on the same account needs another.
param storagePrefix = 'llmrouter'
// Standard_LRS where the region has no zones.
param storageSku = 'Standard_ZRS'
param bodyRetentionDays = 32

// One instance that always runs answers the first request in milliseconds and costs the same whether it is called or not.
// 0 saves that and pays with a cold start.
param alwaysReadyHttp = 1
param maximumInstanceCount = 100
param instanceMemoryMB = 2048
// A request mostly waits for its endpoint, so one instance takes many.
param httpConcurrency = 200

// true closes the public endpoints of storage, Service Bus (then Premium, which costs accordingly) and vault. Deploying the
// package and putting secrets into the vault then works only from inside the network.
param privateNetworking = false
param networkAddressPrefix = '10.90.0.0/24'

// Who may write the keys into the vault; azd gives the one who runs it.
param vaultWriterPrincipalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')

// Where alerts go: the resource id of an action group. Empty: they show in the portal and nobody is told.
param actionGroupId = readEnvironmentVariable('ALERT_ACTION_GROUP_ID', '')
param backlogAge = 'PT15M'
param serverErrorPercent = 5

param logRetentionDays = 30
param logDailyCapGb = 5

// Any other setting of the router, by its configuration name, for instance
// param extraSettings = { Replay__MaxFailures: '3', Http__MaxRequestBody: '67108864' }
param extraSettings = {}
