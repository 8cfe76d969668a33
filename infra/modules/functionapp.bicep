// The router on the Flex Consumption plan, and its settings. No setting holds a key: storage, Service Bus, telemetry and
// the package are reached with the identity, and everything else secret is a reference into the vault.

import { keySetting, texts } from 'types.bicep'

param name string
param planName string
param location string

param tags texts

param identityId string
param identityClientId string
param storageAccountName string
param storagePrefix string
param deploymentContainerUrl string
param keyVaultUri string
param applicationInsightsConnectionString string

@allowed(['service-bus', 'storage-queue'])
param fallbackQueue string

param fallbackQueueName string

@description('Host name of the Service Bus namespace; empty when the fallback queue is a storage queue.')
param serviceBusHost string

@description('The catalog document that seeds storage while it holds none.')
param catalog object

@description('Settings that catalog, callers and operators refer to as env:NAME, with the secret of the vault behind each.')
param keySettings keySetting[]

@description('Name of each caller and the key setting that holds its key.')
param callers texts

@description('Name of each operator and the key setting that holds its key.')
param operators texts

@description('Settings of the router itself beyond its defaults, by their configuration names, such as Replay__MaxFailures.')
param extraSettings texts

param alwaysReadyHttp int
param maximumInstanceCount int
param instanceMemoryMB int
param httpConcurrency int

@description('Subnet the app sends through; empty without a private network.')
param subnetId string

var identity = {
  AzureWebJobsStorage__accountName: storageAccountName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
}

var serviceBus = fallbackQueue == 'service-bus'
  ? {
      ServiceBus__fullyQualifiedNamespace: serviceBusHost
      ServiceBus__credential: 'managedidentity'
      ServiceBus__clientId: identityClientId
    }
  : {}

var router = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  // The root page is the router's own.
  AzureWebJobsDisableHomepage: 'true'
  Storage__Prefix: storagePrefix
  FallbackQueue: fallbackQueue
  FallbackQueueName: fallbackQueueName
  ProbeSchedule: '*/5 * * * * *'
  SweepSchedule: '*/15 * * * * *'
  // 220 s: the front end cuts a request that is silent for 230 s.
  Routing__AnswerWithin: '00:03:40'
  Catalog: string(catalog)
  // One queue, one trigger: the other one would listen to what does not exist.
  'AzureWebJobs.ReplayFromServiceBus.Disabled': fallbackQueue == 'service-bus' ? 'false' : 'true'
  'AzureWebJobs.ReplayFromStorageQueue.Disabled': fallbackQueue == 'storage-queue' ? 'false' : 'true'
}

var keys = toObject(
  keySettings,
  key => key.setting,
  key => '@Microsoft.KeyVault(SecretUri=${keyVaultUri}secrets/${key.secret})'
)

var callerKeys = toObject(
  items(callers),
  caller => 'Access__CallerKeys__${caller.key}',
  caller => 'env:${caller.value}'
)
var operatorKeys = toObject(
  items(operators),
  operator => 'Access__OperatorKeys__${operator.key}',
  operator => 'env:${operator.value}'
)

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  // By this tag azd finds the app of the service in azure.yaml.
  tags: union(tags, { 'azd-service-name': 'router' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        alwaysReady: alwaysReadyHttp == 0
          ? []
          : [
              {
                name: 'http'
                instanceCount: alwaysReadyHttp
              }
            ]
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemoryMB
        triggers: {
          http: {
            perInstanceConcurrency: httpConcurrency
          }
        }
      }
    }
  }

  // What the router sets itself comes last, so nobody switches it off by accident.
  resource settings 'config' = {
    name: 'appsettings'
    properties: union(extraSettings, keys, callerKeys, operatorKeys, identity, serviceBus, router)
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }
}

output name string = app.name
output baseUrl string = 'https://${app.properties.defaultHostName}/v1'
output readyUrl string = 'https://${app.properties.defaultHostName}/health/ready'
