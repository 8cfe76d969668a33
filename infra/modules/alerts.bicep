// What somebody should be told. The queries read the router's own log lines and are as old as those: DeploymentRegistry,
// StandbyStart, StandbyStop, ModelCalls and RequestTransitions write them.

import { texts } from 'types.bicep'

param prefix string
param location string
param tags texts
param componentId string

@description('Whether the fallback queue is a Service Bus queue; a storage queue has no metrics that are fresh enough for an alert.')
param withServiceBus bool

param serviceBusNamespaceName string

param queueName string

@description('Action group that is told; empty, and the alerts only show in the portal.')
param actionGroupId string

@description('How long the fallback queue may hold something without ever being empty.')
@allowed(['PT15M', 'PT30M', 'PT1H', 'PT6H'])
param backlogAge string

@description('Share of requests that may end with a 5xx within 5 minutes, in percent.')
param serverErrorPercent int

type query = {
  name: string
  title: string
  description: string
  severity: 0 | 1 | 2 | 3 | 4
  kql: string

  @description('Column that gets an alert of its own per value.')
  dimension: string?

  @description('How many evaluations in a row, 5 minutes apart, must find something.')
  inARow: int

  window: 'PT5M' | 'PT15M'
}

var queries query[] = [
  {
    name: 'deployment-out'
    title: 'A deployment is out'
    description: 'The circuit of a deployment has been open for 5 minutes or more; its siblings carry the load.'
    severity: 2
    // A circuit that stays open is tried and opened again every few seconds, so the last line tells; several instances write one.
    kql: '''
traces
| extend Deployment = extract(@"^The circuit of (\S+) (opened|closed)", 1, message), Change = extract(@"^The circuit of (\S+) (opened|closed)", 2, message)
| where isnotempty(Deployment)
| summarize arg_max(timestamp, Change) by Deployment
| where Change == "opened"
'''
    dimension: 'Deployment'
    inARow: 2
    window: 'PT15M'
  }
  {
    name: 'deployment-misconfigured'
    title: 'A deployment is misconfigured'
    description: 'An endpoint refused the key, does not know the deployment, or has no quota or credit left. This does not mend itself.'
    severity: 1
    kql: '''
traces
| extend Deployment = extract(@"^(\S+) is misconfigured and out until", 1, message)
| where isnotempty(Deployment)
| project timestamp, Deployment, message
'''
    dimension: 'Deployment'
    inARow: 1
    window: 'PT5M'
  }
  {
    name: 'standby-failed'
    title: 'A standby could not be started or stopped'
    description: 'The hook of an endpoint that need not be running failed, or the endpoint was not ready in time. It is tried again; one that could not be stopped costs what it costs.'
    severity: 1
    kql: '''
traces
| extend Endpoint = extract(@"^The standby (\S+) could not be (started|stopped)", 1, message)
| where isnotempty(Endpoint)
| project timestamp, Endpoint, message
'''
    dimension: 'Endpoint'
    inARow: 1
    window: 'PT5M'
  }
  {
    name: 'model-unserved'
    title: 'A request was turned away or queued'
    description: 'No deployment of a model could serve a request: its caller got a 503 or 504 from the router itself, or the request was queued.'
    severity: 1
    kql: '''
traces
| where message matches regex @"^Request \S+ was refused with (503|504): " or message matches regex @"^Request \S+ for .+ was queued"
| project timestamp, message
'''
    inARow: 1
    window: 'PT5M'
  }
  {
    name: 'request-lost'
    title: 'A queued request ended without an answer'
    description: 'A request that was promised an answer expired, or failed so often that it was set aside. See /manage/dead-letters.'
    severity: 1
    kql: '''
traces
| where message matches regex @"^Queued request \S+ ended (Dead|Expired): "
| project timestamp, message
'''
    inARow: 1
    window: 'PT5M'
  }
  {
    name: 'server-errors'
    title: 'Many requests end with a 5xx'
    description: 'More than ${serverErrorPercent} % of at least 20 requests within 5 minutes ended with a 5xx.'
    severity: 1
    // Only requests by HTTP have an address; sampled ones stand for several.
    kql: replace(
      '''
requests
| where isnotempty(url) and url !contains '/health/'
| summarize All = sum(itemCount), Failed = sumif(itemCount, toint(resultCode) >= 500)
| where All >= 20 and Failed * 100 > All * PERCENT
''',
      'PERCENT',
      string(serverErrorPercent)
    )
    inARow: 1
    window: 'PT5M'
  }
]

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = if (withServiceBus) {
  name: serviceBusNamespaceName
}

resource queryAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for q in queries: {
    name: '${prefix}-${q.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: q.title
      description: q.description
      severity: q.severity
      enabled: true
      autoMitigate: true
      // A table that nothing was written to yet is no reason to fail the deployment.
      skipQueryValidation: true
      scopes: [
        componentId
      ]
      evaluationFrequency: 'PT5M'
      windowSize: q.window
      criteria: {
        allOf: [
          {
            query: q.kql
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            dimensions: q.?dimension == null
              ? []
              : [
                  {
                    name: q.?dimension ?? ''
                    operator: 'Include'
                    values: ['*']
                  }
                ]
            failingPeriods: {
              numberOfEvaluationPeriods: q.inARow
              minFailingPeriodsToAlert: q.inARow
            }
          }
        ]
      }
      actions: {
        actionGroups: empty(actionGroupId) ? [] : [actionGroupId]
      }
    }
  }
]

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = if (withServiceBus) {
  name: '${prefix}-dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: 'Messages lie in the dead-letter queue: a runner died ten times over one request, or a message outlived its time. The requests themselves are in the ledger, and the sweeper sends them again.'
    severity: 2
    enabled: true
    autoMitigate: true
    scopes: [
      namespace.id
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dead letters'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [
            {
              name: 'EntityName'
              operator: 'Include'
              values: [queueName]
            }
          ]
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: empty(actionGroupId)
      ? []
      : [
          {
            actionGroupId: actionGroupId
          }
        ]
  }
}

// Service Bus tells how many messages there are, not how old they are. A queue that was never empty for this long holds
// something that waits, or is filled as fast as it is drained: both want a look. Put-off replays count as scheduled
// messages, so it is the sum that is watched, dead letters included.
resource backlog 'Microsoft.Insights/metricAlerts@2018-03-01' = if (withServiceBus) {
  name: '${prefix}-backlog'
  location: 'global'
  tags: tags
  properties: {
    description: 'The fallback queue has not been empty for ${backlogAge}: queued requests wait for a deployment to return.'
    severity: 2
    enabled: true
    autoMitigate: true
    scopes: [
      namespace.id
    ]
    evaluationFrequency: 'PT5M'
    windowSize: backlogAge
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'backlog'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'Messages'
          dimensions: [
            {
              name: 'EntityName'
              operator: 'Include'
              values: [queueName]
            }
          ]
          timeAggregation: 'Minimum'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: empty(actionGroupId)
      ? []
      : [
          {
            actionGroupId: actionGroupId
          }
        ]
  }
}
