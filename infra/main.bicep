// The router on Azure: this file only wires modules. What each part is and why, the module says; what to choose,
// main.bicepparam says.

import { keySetting, texts } from 'modules/types.bicep'

@description('Short name of this installation, such as prod; part of the names of its resources.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('Azure region.')
param location string = resourceGroup().location

@description('Tags of every resource.')
param tags texts = {}

@description('The catalog document that seeds storage while it holds none. It names keys, it never holds one.')
param catalog object

@description('App settings that hold a key, each a reference to a secret of the vault; catalog, callers and operators name them as env:NAME.')
param keySettings keySetting[] = []

@description('Name of each caller and the key setting that holds its key. Nobody can call the router without one.')
param callers texts = {}

@description('Name of each operator and the key setting that holds its key. Without one, /manage/* is closed.')
param operators texts = {}

@description('Settings of the router beyond its defaults, such as { Replay__MaxFailures: \'3\' }. No keys: those go into keySettings.')
param extraSettings texts = {}

@description('Where requests wait: Service Bus, or a queue of the storage account, which costs nothing when idle.')
@allowed(['service-bus', 'storage-queue'])
param fallbackQueue string = 'service-bus'

@description('Name of that queue.')
param fallbackQueueName string = 'llm-requests'

@description('Begins the name of every table, container and queue of the router: 1 to 24 lower-case letters and digits.')
@minLength(1)
@maxLength(24)
param storagePrefix string = 'llmrouter'

@description('Redundancy of the storage account.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS', 'Standard_RAGRS', 'Standard_RAGZRS'])
param storageSku string = 'Standard_ZRS'

@description('Days until the bodies and answers of queued requests are deleted. Longer than Replay:KeepDead [30 days], or a dead letter could not be replayed.')
@minValue(2)
param bodyRetentionDays int = 32

@description('Instances that always run for HTTP; with 0, the first request after a pause waits for a cold start.')
@minValue(0)
param alwaysReadyHttp int = 1

@description('Most instances there may be.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('Memory of an instance. Bodies in flight take up to 256 MiB of it.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Requests that one instance takes at a time before the plan adds another. A request mostly waits for its endpoint.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 200

@description('Puts storage, queue and vault behind private endpoints and closes their public ones. Service Bus becomes Premium.')
param privateNetworking bool = false

@description('Address space of the virtual network, at least a /25.')
param networkAddressPrefix string = '10.90.0.0/24'

@description('Object id of the user or group that writes the keys into the vault; azd gives that of whoever runs it. Empty for nobody.')
param vaultWriterPrincipalId string = ''

@description('Resource ids of the Azure OpenAI accounts that the catalog calls with the credential "entra".')
param openAiAccountIds string[] = []

@description('Resource id of the action group that alerts go to; empty, and they only show in the portal.')
param actionGroupId string = ''

@description('How long a queued request may wait before that is an alert.')
@allowed(['PT15M', 'PT30M', 'PT1H', 'PT6H'])
param backlogAge string = 'PT15M'

@description('Share of requests, in percent, that may end with a 5xx before that is an alert.')
@minValue(1)
@maxValue(100)
param serverErrorPercent int = 5

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Gigabytes of logs a day, after which nothing is written until the next and an alert says so; -1 is no limit.')
param logDailyCapGb int = 5

var token = uniqueString(resourceGroup().id, environmentName)
var name = 'llmrouter-${environmentName}-${token}'
var allTags = union(tags, { 'azd-env-name': environmentName })
var storageAccountName = 'llmrouter${token}'
var keyVaultName = 'llmrouter-${token}'

// "A,env:B" of a caller that rotates its key names two settings.
var accessSettings = flatten(map(
  concat(items(callers), items(operators)),
  entry => map(split(entry.value, ','), text => replace(trim(text), 'env:', ''))
))
var generatedKeys = filter(keySettings, key => contains(accessSettings, key.setting))
var providedKeys = filter(keySettings, key => !contains(accessSettings, key.setting))

var withServiceBus = fallbackQueue == 'service-bus'

module identity 'modules/identity.bicep' = {
  name: 'identity'
  params: {
    name: name
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    workspaceName: name
    componentName: name
    location: location
    tags: allTags
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    name: storageAccountName
    location: location
    tags: allTags
    sku: storageSku
    prefix: storagePrefix
    bodyRetentionDays: bodyRetentionDays
    privateNetworking: privateNetworking
    deploymentContainerName: 'deployments'
  }
}

module serviceBus 'modules/servicebus.bicep' = if (withServiceBus) {
  name: 'servicebus'
  params: {
    name: name
    location: location
    tags: allTags
    queueName: fallbackQueueName
    privateNetworking: privateNetworking
  }
}

module keyVault 'modules/keyvault.bicep' = {
  name: 'keyvault'
  params: {
    name: keyVaultName
    location: location
    tags: allTags
    privateNetworking: privateNetworking
  }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  name: 'network'
  params: {
    name: name
    location: location
    tags: allTags
    addressPrefix: networkAddressPrefix
    storageAccountId: storage.outputs.id
    serviceBusNamespaceId: serviceBus.?outputs.id ?? ''
    keyVaultId: keyVault.outputs.id
    withServiceBus: withServiceBus
  }
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  dependsOn: [
    identity
    monitoring
    storage
    serviceBus
    keyVault
  ]
  params: {
    identityName: name
    storageAccountName: storageAccountName
    keyVaultName: keyVaultName
    componentName: name
    withServiceBus: withServiceBus
    serviceBusNamespaceName: name
    serviceBusQueueName: fallbackQueueName
    openAiAccountIds: openAiAccountIds
    vaultWriterPrincipalId: vaultWriterPrincipalId
  }
}

module functionApp 'modules/functionapp.bicep' = {
  name: 'functionapp'
  // Without its rights the app would start, fail to read the package and its keys, and not look again for a while.
  dependsOn: [
    roles
  ]
  params: {
    name: name
    planName: name
    location: location
    tags: allTags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storage.outputs.name
    storagePrefix: storagePrefix
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    keyVaultUri: keyVault.outputs.uri
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    fallbackQueue: fallbackQueue
    fallbackQueueName: fallbackQueueName
    serviceBusHost: serviceBus.?outputs.fullyQualifiedNamespace ?? ''
    catalog: catalog
    keySettings: keySettings
    callers: callers
    operators: operators
    extraSettings: extraSettings
    alwaysReadyHttp: alwaysReadyHttp
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
    httpConcurrency: httpConcurrency
    subnetId: network.?outputs.functionAppSubnetId ?? ''
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  dependsOn: [
    serviceBus
  ]
  params: {
    prefix: name
    location: location
    tags: allTags
    componentId: monitoring.outputs.componentId
    workspaceId: monitoring.outputs.workspaceId
    withServiceBus: withServiceBus
    serviceBusNamespaceName: name
    queueName: fallbackQueueName
    actionGroupId: actionGroupId
    backlogAge: backlogAge
    serverErrorPercent: serverErrorPercent
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  params: {
    name: name
    location: location
    tags: allTags
    componentId: monitoring.outputs.componentId
  }
}

@description('Base URL for callers, what an OpenAI client takes as base_url.')
output baseUrl string = functionApp.outputs.baseUrl

@description('200 once the catalog is loaded and the router takes requests.')
output readyUrl string = functionApp.outputs.readyUrl

output functionAppName string = functionApp.outputs.name

@description('Where to put the secrets that keySettings names.')
output keyVaultName string = keyVault.outputs.name

// azd writes the outputs into its environment, so that later commands and hooks find them.
output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = resourceGroup().name
output AZURE_FUNCTION_APP_NAME string = functionApp.outputs.name
output AZURE_KEY_VAULT_NAME string = keyVault.outputs.name

// For infra/hooks: which secrets are made, and which come from somebody else.
output GENERATED_KEYS string = join(map(generatedKeys, key => '${key.setting}=${key.secret}'), ' ')
output PROVIDED_KEYS string = join(map(providedKeys, key => '${key.setting}=${key.secret}'), ' ')

output SERVICE_ROUTER_ENDPOINT_URL string = functionApp.outputs.baseUrl
