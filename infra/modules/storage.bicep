// The router's memory: health rows and the ledger in tables, catalogs, bodies and answers in blobs, and the fallback
// queue when it is a storage queue. Entra ID is the only way in.

import { texts } from 'types.bicep'

@description('Name of the account: 3 to 24 lower-case letters and digits.')
@minLength(3)
@maxLength(24)
param name string

param location string
param tags texts

@description('Redundancy. Zone-redundant where the region has zones: the ledger is what a queued request lives in.')
param sku string

@description('Prefix of the tables, containers and queues that the router makes for itself (Storage:Prefix).')
param prefix string

@description('Days after which the bodies and answers of queued requests are deleted. The catalog is never deleted.')
@minValue(2)
param bodyRetentionDays int

@description('Closes the public endpoint; the private endpoints of network.bicep are then the only way in.')
param privateNetworking bool

@description('Container that holds the published package of the function app.')
param deploymentContainerName string

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: sku
  }
  kind: 'StorageV2'
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: privateNetworking ? 'Disabled' : 'Enabled'
    supportsHttpsTrafficOnly: true
    networkAcls: {
      bypass: 'None'
      defaultAction: privateNetworking ? 'Deny' : 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    // Brings back a container that was deleted by hand. Not so for blobs: prompts and answers are kept no longer than promised.
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 7
    }
    deleteRetentionPolicy: {
      enabled: false
    }
  }
}

resource deployments 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: deploymentContainerName
  properties: {
    publicAccess: 'None'
  }
}

// What a caller sent and what an endpoint answered is kept no longer than somebody may still ask for it. The prefixes
// end in a slash, so they name these two containers and never {prefix}-catalog.
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = {
  parent: account
  name: 'default'
  dependsOn: [
    blobs
  ]
  properties: {
    policy: {
      rules: [
        {
          name: 'delete-bodies-and-answers'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: [
                'blockBlob'
              ]
              prefixMatch: [
                '${prefix}-bodies/'
                '${prefix}-answers/'
              ]
            }
            actions: {
              baseBlob: {
                delete: {
                  daysAfterModificationGreaterThan: bodyRetentionDays
                }
              }
            }
          }
        }
      ]
    }
  }
}

output id string = account.id
output name string = account.name
output deploymentContainerUrl string = '${account.properties.primaryEndpoints.blob}${deployments.name}'
