// The fallback queue: where a request waits when nothing is available. Its messages carry only a request's id; the
// request itself is in the ledger, which also counts poison and decides who runs.

import { texts } from 'types.bicep'

param name string
param location string
param tags texts

@description('Name of the queue (FallbackQueueName).')
param queueName string

@description('Premium, the only tier with private endpoints, and a closed public endpoint.')
param privateNetworking bool

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: privateNetworking
    ? {
        name: 'Premium'
        tier: 'Premium'
        capacity: 1
      }
    : {
        name: 'Standard'
        tier: 'Standard'
      }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: privateNetworking ? 'Disabled' : 'Enabled'
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = {
  parent: namespace
  name: queueName
  properties: {
    // Off, because "later" means a second message for the same request; the ledger row's ETag decides who runs.
    requiresDuplicateDetection: false
    requiresSession: false
    // The longest lock there is; the trigger renews it while a replay works.
    lockDuration: 'PT5M'
    // A net under the router's own count: a replay is put off with a new message, so a message is delivered this often
    // only if its runner died each time.
    maxDeliveryCount: 10
    // Longer than a request may wait [24 h], so that it is the router which says "expired".
    // At least the longest timeToLive of a catalog: a shorter one would cut a message's own.
    defaultMessageTimeToLive: 'P31D'
    deadLetteringOnMessageExpiration: true
  }
}

output id string = namespace.id
output fullyQualifiedNamespace string = replace(
  replace(namespace.properties.serviceBusEndpoint, 'https://', ''),
  ':443/',
  ''
)
