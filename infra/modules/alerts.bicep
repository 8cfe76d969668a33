// What somebody should be told. The queries read the router's own log lines and are as old as those: DeploymentRegistry,
// StandbyStart, StandbyStop, ModelCalls, RequestQueuer, RequestTransitions and BacklogAge write them.

import { texts } from 'types.bicep'

param prefix string
param location string
param tags texts
param componentId string

@description('Workspace behind the component: it tells when ingestion has stopped.')
param workspaceId string

@description('Whether the fallback queue is a Service Bus queue; a storage queue has no dead letters of its own.')
param withServiceBus bool

param serviceBusNamespaceName string

param queueName string

@description('Action group that is told; empty, and the alerts only show in the portal.')
param actionGroupId string

@description('How long the oldest queued request may wait.')
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

  @description('Asked of the workspace and not of the component.')
  ofWorkspace: bool?

  @description('How far back each evaluation looks. There is one every 5 minutes, and a single one that finds something is an alert.')
  window: 'PT5M' | 'PT15M'
}

// A duration of ARM is no timespan of KQL.
var backlogSeconds = {
  PT15M: 900
  PT30M: 1800
  PT1H: 3600
  PT6H: 21600
}

var queries query[] = [
  {
    name: 'deployment-out'
    title: 'A deployment is out'
    description: 'The circuit of a deployment has been open for 5 minutes or more; its siblings carry the load.'
    severity: 2
    // A circuit that stays open is tried and opened again every few seconds, so there are many lines; several instances write
    // them. What counts is the first since it was closed last.
    kql: '''
let changes = traces
| extend Deployment = extract(@"^The circuit of (\S+) (opened|closed)", 1, message), Change = extract(@"^The circuit of (\S+) (opened|closed)", 2, message)
| where isnotempty(Deployment);
changes
| where Change == "opened"
| join kind=leftouter (changes | where Change == "closed" | summarize Closed = max(timestamp) by Deployment) on Deployment
| where isnull(Closed) or timestamp > Closed
| summarize timestamp = max(timestamp), First = min(timestamp) by Deployment
| where First < ago(5m)
'''
    dimension: 'Deployment'
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
    window: 'PT5M'
  }
  {
    name: 'model-unserved'
    title: 'A model is unserved'
    description: 'No deployment of a model could serve a request: its caller got a 503 or 504 from the router itself, or the request was queued without having been asked to be.'
    severity: 1
    kql: '''
traces
| extend Model = extract(@"^Request \S+ for (.+) was (queued: |refused with \d+ (no_deployment_available|deadline_exceeded): )", 1, message)
| where isnotempty(Model)
| project timestamp, Model, message
'''
    dimension: 'Model'
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
    window: 'PT5M'
  }
  {
    name: 'backlog'
    title: 'Queued requests wait for long'
    description: 'The oldest queued request has waited for ${backlogAge} or more.'
    severity: 2
    // A line per sweep while something waits, whichever queue holds its message.
    kql: replace(
      '''
traces
| extend Waited = toint(extract(@"^The oldest unfinished request, \S+ for .+, has waited (\d+) s$", 1, message))
| where Waited >= SECONDS
| project timestamp, Waited, message
''',
      'SECONDS',
      string(backlogSeconds[backlogAge])
    )
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
| summarize timestamp = max(timestamp), All = sum(itemCount), Failed = sumif(itemCount, toint(resultCode) >= 500)
| where All >= 20 and Failed * 100 > All * PERCENT
''',
      'PERCENT',
      string(serverErrorPercent)
    )
    window: 'PT5M'
  }
  {
    name: 'logs-stopped'
    title: 'No logs until tomorrow'
    description: 'The daily cap of the workspace is reached: until it is reset nothing is written, and the other alerts on logs see nothing.'
    severity: 1
    ofWorkspace: true
    kql: '''
_LogOperation
| where Category =~ "Ingestion" and Detail contains "OverQuota"
| project TimeGenerated, Detail
'''
    window: 'PT15M'
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
        q.?ofWorkspace ?? false ? workspaceId : componentId
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
            // windowSize is the size of a bin and this the number of bins, each counted by itself. The rows of these queries
            // stand for their whole window, so there is one bin.
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
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
